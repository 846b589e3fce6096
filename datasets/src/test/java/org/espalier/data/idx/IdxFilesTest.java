package org.espalier.data.idx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {
    private static final byte[] TRAIN = IdxBytes.images(3, 2, 4, 1);
    private static final byte[] TRAIN_LABELS = IdxBytes.labels(0, 4, 1);
    private static final byte[] TEST = IdxBytes.images(2, 2, 4, 2);
    private static final byte[] TEST_LABELS = IdxBytes.labels(5, 0);

    @TempDir
    Path folder;

    @Test
    void readsASetOfFourFiles() throws Exception {
        write("train-images-idx3-ubyte", TRAIN);
        write("train-labels-idx1-ubyte.gz", IdxBytes.gzip(TRAIN_LABELS));
        write("t10k-images-idx3-ubyte.gz", IdxBytes.gzip(TEST));
        write("t10k-labels-idx1-ubyte", TEST_LABELS);
        IdxFolder set = IdxFolder.read(folder);
        assertEquals(6, set.classes(), "one more than the highest label of both parts");
        assertEquals(Shape.of(1, 2, 4), set.sampleShape());
        assertEquals(4, set.train().label(1));
        assertEquals(TEST[16 + 8 + 3] & 0xff, set.test().pixel(1, 3));
        byte[] all = IdxBytes.concat(IdxBytes.concat(TRAIN, TRAIN_LABELS), IdxBytes.concat(TEST, TEST_LABELS));
        assertEquals(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all)), set.checksum());
        assertTrue(set.description().contains("unknown checksum " + set.checksum().substring(0, 16)),
                set.description());
        assertEquals(set, IdxFolder.read(folder), "a set is a value");
    }

    @Test
    void takesTheNamesOfOtherSets() throws Exception {
        write("emnist-letters-train-images-idx3-ubyte", TRAIN);
        write("emnist-letters-train-labels-idx1-ubyte", TRAIN_LABELS);
        write("emnist-letters-test-images.idx3-ubyte", TEST);
        write("emnist-letters-test-labels-idx1-ubyte.gz", IdxBytes.gzip(TEST_LABELS));
        assertEquals(3, IdxFolder.read(folder).train().count());
        write("emnist-digits-train-images-idx3-ubyte", TRAIN);
        assertFault("has several files for train-images-idx3-ubyte");
        write("train-images-idx3-ubyte", TRAIN);
        assertEquals(3, IdxFolder.read(folder).train().count(), "the standard name goes first");
    }

    @Test
    void namesWhatDoesNotFit() throws Exception {
        assertFalse(IdxFiles.present(folder));
        assertFault("has no file train-images-idx3-ubyte[.gz]");
        writeAll(TRAIN, TRAIN_LABELS, TEST, TEST_LABELS);
        assertTrue(IdxFiles.present(folder));
        write("train-labels-idx1-ubyte", TEST_LABELS);
        assertFault("train-labels-idx1-ubyte: 2 labels, expected 3, one for each image of");
        write("train-labels-idx1-ubyte", TRAIN);
        assertFault("a file of images, expected 0x00000801, a file of labels");
        writeAll(TRAIN, TRAIN_LABELS, IdxBytes.images(2, 4, 2, 1), TEST_LABELS);
        assertFault("t10k-images-idx3-ubyte: images of [4,2] pixels, expected [2,4]");
        writeAll(TRAIN, TRAIN_LABELS, TEST, TEST_LABELS);
        String message =
                assertThrows(BadDataException.class, () -> IdxFiles.in(folder).read(OptionalInt.of(5))).getMessage();
        assertTrue(message.endsWith("t10k-labels-idx1-ubyte: label 5 of image 0, expected 0..4"), message);
    }

    @Test
    void mnistIsTakenByItsChecksumsOnly() throws Exception {
        writeAll(TRAIN, TRAIN_LABELS, TEST, TEST_LABELS);
        String message = assertThrows(BadDataException.class, () -> Mnist.read(folder)).getMessage();
        assertTrue(message.contains("train-images-idx3-ubyte: content has MD5 ")
                && message
                        .contains("expected MNIST's train-images-idx3-ubyte with MD5 6bbc9ace898e44ae57da46a324031adb"),
                message);
    }

    @Test
    void mnistsPartsMustStandInTheirPlaces() {
        List<IdxFiles.Summary> right = Stream.of(MnistFile.values())
                .map(file -> new IdxFiles.Summary(Path.of(file.plainName()), 1, file.contentBytes(), file.md5()))
                .toList();
        Mnist.requireOfficial(right);
        List<IdxFiles.Summary> swapped = List.of(right.get(2), right.get(3), right.get(0), right.get(1));
        String message = assertThrows(BadDataException.class, () -> Mnist.requireOfficial(swapped)).getMessage();
        assertTrue(message.contains("holds t10k-images-idx3-ubyte, expected MNIST's train-images-idx3-ubyte"), message);
        for (MnistFile file : MnistFile.values()) {
            int count = (int) file.contentBytes() - (4 + 4 * file.rank());
            int images = file.rank() == IdxReader.IMAGES ? count / 784 : count;
            assertEquals(file.plainName().startsWith("train") ? 60_000 : 10_000, images,
                    "header and content of " + file);
        }
    }

    @Test
    void writesWhatItReads() throws Exception {
        writeAll(TRAIN, TRAIN_LABELS, TEST, TEST_LABELS);
        IdxFolder set = IdxFolder.read(folder);
        Path copy = Files.createDirectory(folder.resolve("copy"));
        IdxWriter.write(copy, set.train(), set.test());
        assertArrayEquals(TRAIN, Files.readAllBytes(copy.resolve("train-images-idx3-ubyte")));
        assertArrayEquals(TRAIN_LABELS, Files.readAllBytes(copy.resolve("train-labels-idx1-ubyte")));
        assertArrayEquals(TEST, Files.readAllBytes(copy.resolve("t10k-images-idx3-ubyte")));
        assertArrayEquals(TEST_LABELS, Files.readAllBytes(copy.resolve("t10k-labels-idx1-ubyte")));
        assertEquals(set.checksum(), IdxWriter.checksum(set.train(), set.test()));
        assertNotEquals(set.checksum(), IdxWriter.checksum(set.test(), set.train()));
    }

    private void assertFault(String expected) {
        String message = assertThrows(BadDataException.class, () -> IdxFolder.read(folder)).getMessage();
        assertTrue(message.contains(expected), message);
    }

    private void writeAll(byte[] train, byte[] trainLabels, byte[] test, byte[] testLabels) throws Exception {
        write("train-images-idx3-ubyte", train);
        write("train-labels-idx1-ubyte", trainLabels);
        write("t10k-images-idx3-ubyte", test);
        write("t10k-labels-idx1-ubyte", testLabels);
    }

    private void write(String name, byte[] content) throws Exception {
        Files.write(folder.resolve(name), content);
    }
}
