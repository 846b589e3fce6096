package org.espalier.nn.io.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.StoredType;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads files that Python's own pickler wrote (make_files.py); what they hold stands there. */
final class TorchFileTest {
    private static final List<String> TOY = List.of("conv.weight", "bn.weight", "bn.bias", "bn.running_mean",
            "bn.running_var", "bn.num_batches_tracked", "fc.weight", "fc.bias");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"kinds.pth", "kinds-protocol5.pt", "kinds-legacy.pth"})
    void everyKindOfTensor(String name) {
        try (TorchFile file = TorchFile.open(Resources.file(name))) {
            assertEquals(List.of("contiguous", "transposed", "every_other", "same_storage", "channels_last", "double",
                    "half", "bfloat", "long", "longs", "ints", "short", "char", "bytes", "truths", "empty", "parameter",
                    "labelled"), List.copyOf(file.names()));
            assertArrayEquals(new float[] {0.5f, -1.25f, 3, 1e-3f, 1e30f, -0f}, file.floats("contiguous"));
            assertEquals(Shape.of(2, 3), file.shape("contiguous"));
            assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, file.floats("transposed"));
            assertArrayEquals(new float[] {1, 3, 5, 7, 9, 11}, file.floats("every_other"));
            assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, file.floats("same_storage"));
            // channels last: channel c of pixel p is element 2 p + c of the storage
            assertArrayEquals(new float[] {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22,
                1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23}, file.floats("channels_last"));
            assertArrayEquals(new float[] {0.1f, Float.POSITIVE_INFINITY}, file.floats("double"));
            assertArrayEquals(new float[] {1.5f, -65504, 0x1p-24f}, file.floats("half"));
            assertArrayEquals(
                    new float[] {1, -3.140625f, Float.intBitsToFloat(Float.floatToIntBits(1e38f) & 0xffff0000)},
                    file.floats("bfloat"));
            assertEquals(Shape.scalar(), file.shape("long"));
            assertArrayEquals(new long[] {391}, file.longs("long"));
            assertArrayEquals(new long[] {1L << 62, -1}, file.longs("longs"));
            assertArrayEquals(new long[] {-2, 4}, file.longs("ints"));
            assertArrayEquals(new long[] {-32768}, file.longs("short"));
            assertArrayEquals(new long[] {-128, 127}, file.longs("char"));
            assertArrayEquals(new byte[] {0, -1}, file.bytes("bytes"));
            assertArrayEquals(new byte[] {1, 0, 0, 1}, file.bytes("truths"));
            assertEquals(Shape.of(0, 3), file.shape("empty"));
            assertEquals(0, file.floats("empty").length);
            assertArrayEquals(new float[] {7, 8}, file.floats("parameter"));
            assertArrayEquals(new float[] {9}, file.floats("labelled"));
            assertEquals(StoredType.BF16, file.type("bfloat"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"toy.pth", "toy-big-endian.pth", "checkpoint.pth", "checkpoint-legacy.th"})
    void stateDictsAloneAndInCheckpoints(String name) {
        String prefix = name.startsWith("checkpoint") ? "module." : "";
        try (TorchFile file = TorchFile.open(Resources.file(name))) {
            assertEquals(TOY.stream().map(prefix::concat).toList(), List.copyOf(file.names()));
            float next = 0;
            for (String tensor : file.names()) {
                if (file.type(tensor) == StoredType.F32) {
                    for (float value : file.floats(tensor)) {
                        assertEquals(next / 8, value, name + " " + tensor);
                        next++;
                    }
                }
            }
            assertEquals(6 + 4 * 3 + 6 + 2, next);
            assertArrayEquals(new long[] {391}, file.longs(prefix + "bn.num_batches_tracked"));
        }
    }

    @Test
    void functionsBeyondTensorsAndContainersAreRefusedByName() {
        assertTrue(refusal("system-legacy.pth")
                .contains("names 'posix.system', which is neither a tensor nor a container"));
        assertTrue(refusal("namespace.pth").contains("'argparse.Namespace'"));
    }

    @Test
    void compressedEntriesAreRefusedBeforeTheyAreRead() {
        assertTrue(refusal("compressed.pth").contains("its entry compressed/byteorder is compressed, to be 6 bytes"));
    }

    /** Nine entries of 1,600 bytes that are the same bytes: memory for them would be more than the file. */
    @Test
    void entriesOverOneAnotherAreRefused() throws IOException {
        assertTrue(refusal("overlap.pth").contains("its storages take 14400 bytes of the file's "
                + Files.size(Resources.file("overlap.pth"))), refusal("overlap.pth"));
    }

    @Test
    void anArchiveWithoutAPickleIsRefused() throws IOException {
        Path file = folder.resolve("photos.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry("photos/one.txt"));
            out.closeEntry();
        }
        BadFileException bad = assertThrows(BadFileException.class, () -> TorchFile.open(file));
        assertTrue(bad.getMessage().contains("is a zip archive with no NAME/data.pkl"), bad.getMessage());
    }

    @Test
    void theRightFilesBeginSo() throws IOException {
        assertTrue(TorchFile.begins(Files.readAllBytes(Resources.file("toy.pth"))));
        assertTrue(TorchFile.begins(Files.readAllBytes(Resources.file("kinds-legacy.pth"))));
        assertFalse(TorchFile.begins(new byte[] {16, 1, 0, 0, 0, 0, 0, 0, '{'}));
        assertFalse(TorchFile.begins(new byte[] {'P'}));
    }

    private static String refusal(String name) {
        return assertThrows(BadFileException.class, () -> TorchFile.open(Resources.file(name))).getMessage();
    }
}
