package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsWriterTest {
    @TempDir
    Path folder;

    private static byte[] written(SafetensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return out.toByteArray();
    }

    /** The mask comes first in the header, as given, and last in the data, so that the weight is aligned. */
    @Test
    void writesTheBytesOfTheFormatsDescription() throws IOException {
        byte[] bytes = written(new SafetensorsWriter()
                .bytes("w_mask", Shape.of(3), new byte[] {1, 0, 1})
                .floats("w", Shape.of(1, 3), new float[] {1f, -2f, 0.5f})
                .metadata("format", "pt"));
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"w_mask\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[12,15]},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[0,12]}}";
        assertEquals(147, header.length());      // so 5 spaces to the next multiple of 8
        byte[] data = Handmade.hex("0000803f 000000c0 0000003f 010001");
        assertArrayEquals(Handmade.file(header + " ".repeat(5), data), bytes);
        assertEquals(152, bytes[0] & 0xff);
    }

    @Test
    void aFileWithoutTensorsIsTheSmallestOne() throws IOException {
        assertArrayEquals(Handmade.file("{}      ", new byte[0]), written(new SafetensorsWriter()));
    }

    @Test
    void everyTypeComesBackBitForBit() {
        Path path = folder.resolve("all.safetensors");
        float[] floats = {0f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.POSITIVE_INFINITY,
            Float.intBitsToFloat(0x7fc12345)};
        double[] doubles = {0.1, -0.0, Double.MIN_VALUE, Double.longBitsToDouble(0x7ff8000000012345L)};
        int[] ints = {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE};
        long[] longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE};
        byte[] bytes = {0, 1, 127, -128, -1};
        new SafetensorsWriter()
                .bytes("bytes", Shape.of(5), bytes)
                .floats("größe/木/🌳 \"\\\n", Shape.of(3, 2), floats)
                .longs("longs", Shape.of(3), longs)
                .doubles("doubles", Shape.of(2, 1, 2), doubles)
                .ints("ints", Shape.of(4), ints)
                .floats("scalar", Shape.scalar(), new float[] {42f})
                .doubles("empty", Shape.of(0, 7), new double[0])
                .metadata("été", "\u0000\u2028\"")
                .metadata("a", "")
                .write(path);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(List.of("bytes", "größe/木/🌳 \"\\\n", "longs", "doubles", "ints", "scalar", "empty"),
                    List.copyOf(file.tensors().keySet()));
            assertEquals(Map.of("été", "\u0000\u2028\"", "a", ""), file.metadata());
            float[] back = file.floats("größe/木/🌳 \"\\\n");
            for (int i = 0; i < floats.length; i++) {
                assertEquals(Float.floatToRawIntBits(floats[i]), Float.floatToRawIntBits(back[i]));
            }
            double[] wide = file.doubles("doubles");
            for (int i = 0; i < doubles.length; i++) {
                assertEquals(Double.doubleToRawLongBits(doubles[i]), Double.doubleToRawLongBits(wide[i]));
            }
            assertArrayEquals(ints, file.ints("ints"));
            assertArrayEquals(longs, file.longs("longs"));
            assertArrayEquals(bytes, file.bytes("bytes"));
            assertArrayEquals(new float[] {42f}, file.floats("scalar"));
            assertEquals(Shape.scalar(), file.shape("scalar"));
            assertEquals(Shape.of(0, 7), file.shape("empty"));
            file.tensors().values().forEach(tensor -> assertEquals(0, tensor.begin() % tensor.type().bytes()));
        }
    }

    /** Sizes around the 64 KiB in which values are read and written, which is 16,384 floats and 8,192 doubles. */
    @Test
    void sizesAroundThePiecesComeBack() {
        SplittableRandom random = new SplittableRandom(11);
        for (int size : new int[] {1, 7, 8191, 8192, 8193, 16383, 16384, 16385, 65537, 100_003}) {
            float[] floats = new float[size];
            double[] doubles = new double[size];
            byte[] bytes = new byte[size];
            for (int i = 0; i < size; i++) {
                floats[i] = (float) random.nextDouble();
                doubles[i] = random.nextDouble();
            }
            random.nextBytes(bytes);
            Path path = folder.resolve("sizes.safetensors");
            new SafetensorsWriter().bytes("b", Shape.of(size), bytes).floats("f", Shape.of(size), floats)
                    .doubles("d", Shape.of(size), doubles).write(path);
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                assertArrayEquals(floats, file.floats("f"));
                assertArrayEquals(doubles, file.doubles("d"));
                assertArrayEquals(bytes, file.bytes("b"));
            }
        }
    }

    @Test
    void refusesWhatNoFileCouldHold() {
        SafetensorsWriter writer = new SafetensorsWriter().floats("w", Shape.of(1), new float[1]);
        assertThrows(IllegalArgumentException.class, () -> writer.ints("w", Shape.of(1), new int[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.floats("v", Shape.of(2), new float[3]));
        assertThrows(IllegalArgumentException.class, () -> writer.floats("__metadata__", Shape.of(1), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.floats("", Shape.of(1), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.floats("\ud83c", Shape.of(1), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.metadata("a", "\ud83c"));
    }

    @Test
    void writesOverAnOldFile() throws IOException {
        Path path = folder.resolve("net.safetensors");
        Files.writeString(path, "an old and much longer file".repeat(100));
        SafetensorsWriter writer = new SafetensorsWriter().floats("w", Shape.of(1), new float[] {3f});
        writer.write(path);
        assertArrayEquals(written(writer), Files.readAllBytes(path));
    }
}
