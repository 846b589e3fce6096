package org.espalier.data.cifar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.espalier.data.BadDataException;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
    @TempDir
    Path folder;

    /** Ten images: classes 0 to 7 in five files of one or two, and 9, 8 to test on. */
    private static Map<String, byte[]> small() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("cifar-10-batches-bin/data_batch_1.bin", CifarBytes.records(1, 0, 1));
        files.put("cifar-10-batches-bin/data_batch_2.bin", CifarBytes.records(1, 2));
        files.put("cifar-10-batches-bin/readme.html", new byte[] {1, 2, 3});
        files.put("cifar-10-batches-bin/data_batch_3.bin", CifarBytes.records(1, 3, 4));
        files.put("cifar-10-batches-bin/data_batch_4.bin", CifarBytes.records(1, 5, 6));
        files.put("cifar-10-batches-bin/data_batch_5.bin", CifarBytes.records(1, 7));
        files.put("cifar-10-batches-bin/test_batch.bin", CifarBytes.records(1, 9, 8));
        return files;
    }

    private void unpack(Map<String, byte[]> files) throws Exception {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
    }

    private Path archive(byte[] content) throws Exception {
        return Files.write(folder.resolve("cifar-10-binary.tar.gz"), content);
    }

    private String fault() {
        String message =
                assertThrows(BadDataException.class, () -> Cifar.read(CifarForm.CIFAR10, folder)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static void assertSmall(Cifar set) {
        assertEquals(8, set.train().count());
        assertEquals(Shape.of(3, 32, 32), set.sampleShape());
        assertEquals(10, set.classes());
        for (int i = 0; i < 8; i++) {
            assertEquals(i, set.train().label(i));
            assertEquals(10 * i, set.train().pixel(i, 1023));
            assertEquals(10 * i + 2, set.train().pixel(i, 2048));
        }
        assertEquals(9, set.test().label(0));
        assertEquals(81, set.test().pixel(1, 1024));
        assertArrayEquals(new int[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, set.test().classCounts());
    }

    @Test
    void readsTheArchiveAndTheFolderAlike() throws Exception {
        Path packed = archive(CifarBytes.archive(small()));
        Cifar fromArchive = Cifar.read(CifarForm.CIFAR10, folder);
        assertSmall(fromArchive);
        assertEquals(fromArchive, Cifar.read(CifarForm.CIFAR10, packed));
        unpack(small());
        Cifar fromFolder = Cifar.read(CifarForm.CIFAR10, folder);
        assertSmall(fromFolder);
        assertEquals(fromArchive, fromFolder);
        assertEquals(fromFolder, Cifar.read(CifarForm.CIFAR10, folder.resolve("cifar-10-batches-bin")));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        small().forEach((name, content) -> {
            if (name.endsWith(".bin")) {
                sha256.update(content);
            }
        });
        assertEquals(HexFormat.of().formatHex(sha256.digest()), fromFolder.checksum());
        assertFalse(fromFolder.official());
        assertTrue(fromFolder.description().startsWith("set in the format of CIFAR-10, 8 and 2 images, not the "),
                fromFolder.description());
    }

    @Test
    void cifar100HasTwoLabels() throws Exception {
        byte[] train = CifarBytes.records(2, 99, 0, 42);
        train[0] = 19;
        Files.write(folder.resolve("train.bin"), train);
        Files.write(folder.resolve("test.bin"), CifarBytes.records(2, 7));
        Cifar set = Cifar.read(CifarForm.CIFAR100, folder);
        assertEquals(100, set.classes());
        assertEquals(99, set.train().label(0));
        assertEquals(42, set.train().label(2));
        assertEquals(420 % 256, set.train().pixel(2, 0));
        assertEquals(72, set.test().pixel(0, 3071));
        train[0] = 20;
        Files.write(folder.resolve("train.bin"), train);
        String message =
                assertThrows(BadDataException.class, () -> Cifar.read(CifarForm.CIFAR100, folder)).getMessage();
        assertEquals(folder + ": train.bin: label 20 of image 0, expected 0..19", message);
        train[0] = 0;
        train[3074 + 1] = 100;
        Files.write(folder.resolve("train.bin"), train);
        message = assertThrows(BadDataException.class, () -> Cifar.read(CifarForm.CIFAR100, folder)).getMessage();
        assertEquals(folder + ": train.bin: label 100 of image 1, expected 0..99", message);
    }

    @Test
    void everyTruncationOfAnArchiveIsNoticed() throws Exception {
        byte[] whole = CifarBytes.archive(small());
        for (int length = 0; length < whole.length; length++) {
            archive(Arrays.copyOf(whole, length));
            assertTrue(fault().startsWith(folder.resolve("cifar-10-binary.tar.gz") + ": "));
        }
        archive(whole);
        assertSmall(Cifar.read(CifarForm.CIFAR10, folder));
    }

    @Test
    void mutantsAreReadOrRefused() throws Exception {
        byte[] whole = CifarBytes.archive(small());
        SplittableRandom random = new SplittableRandom(5);
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            byte[] mutant = whole.clone();
            mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            archive(mutant);
            try {
                assertEquals(8, Cifar.read(CifarForm.CIFAR10, folder).train().count());
            } catch (BadDataException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 360, "gzip has a checksum of all but a few bytes: " + refused);
    }

    @Test
    void filesOfOtherLengthsAreRefused() throws Exception {
        unpack(small());
        Path batch = folder.resolve("cifar-10-batches-bin/data_batch_3.bin");
        for (int length : new int[] {0, 1, 3072, 3074, 6145}) {
            Files.write(batch, new byte[length]);
            assertEquals(batch + ": has " + length + " bytes, expected 30730000, 10000 records of 3073, or fewer whole "
                    + "records", fault());
        }
        Files.write(batch, new byte[30_730_000 + 3073]);
        assertTrue(fault().startsWith(batch + ": has 30733073 bytes"));
        Files.write(batch, new byte[30_730_000]);
        assertEquals(folder.resolve("cifar-10-batches-bin") + ": data_batch_1.bin holds 2 images, expected 10000 as "
                + "other files have all of theirs", fault());
        Files.write(batch, CifarBytes.records(1, 3, 10));
        assertTrue(fault().endsWith("data_batch_3.bin: label 10 of image 1, expected 0..9"));
        Files.delete(batch);
        assertEquals(batch + ": no such file", fault());
    }

    /** All of the official size, and one class with an image too many. */
    @Test
    void officialSizesMeanOfficialCounts() throws Exception {
        Path target = Files.createDirectory(folder.resolve("cifar-10-batches-bin"));
        byte[] even = new byte[10_000 * 3073];
        for (int i = 0; i < 10_000; i++) {
            even[i * 3073] = (byte) (i % 10);
        }
        for (CifarForm.Part part : CifarForm.CIFAR10.parts()) {
            Files.write(target.resolve(part.name()), even);
        }
        assertEquals(50_000, Cifar.read(CifarForm.CIFAR10, folder).train().count());
        even[3 * 3073] = 2;
        Files.write(target.resolve("data_batch_4.bin"), even);
        assertEquals(target + ": 5001 images of class 2 in data_batch_1.bin to data_batch_5.bin, expected 5000 of each "
                + "class", fault());
        Files.write(target.resolve("data_batch_4.bin"), Files.readAllBytes(target.resolve("data_batch_1.bin")));
        Files.write(target.resolve("test_batch.bin"), even);
        assertEquals(target + ": 1001 images of class 2 in test_batch.bin, expected 1000 of each class", fault());
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertEquals(folder + ": no CIFAR-10 there, expected cifar-10-batches-bin or cifar-10-binary.tar.gz", fault());
        Map<String, byte[]> files = small();
        files.remove("cifar-10-batches-bin/test_batch.bin");
        Path packed = archive(CifarBytes.archive(files));
        assertEquals(packed + ": holds no file test_batch.bin of CIFAR-10", fault());
        files = small();
        files.put("again/data_batch_1.bin", CifarBytes.records(1, 0));
        archive(CifarBytes.archive(files));
        assertEquals(packed + ": holds two files data_batch_1.bin", fault());
        archive(new byte[] {1, 2, 3});
        assertTrue(fault().startsWith(packed + ": damaged tar.gz archive: "));
    }

    /** A header that claims 8 GB, and a file of zeros that unpacks to more than any set. */
    @Test
    void archivesThatLieTakeNoMemory() throws Exception {
        Path packed = archive(CifarBytes.gzip(CifarBytes.header("data_batch_1.bin", 3073L << 21)));
        assertTrue(fault().startsWith(packed + ", data_batch_1.bin: has 6444548096 bytes, expected 30730000"));
        archive(CifarBytes.gzip(CifarBytes.header("data_batch_1.bin", 30_730_000)));
        assertTrue(fault().startsWith(packed + ": "));
        byte[] zeros = CifarBytes.gzip(new byte[50 << 20]);
        try (var out = Files.newOutputStream(packed)) {
            out.write(CifarBytes.gzip(CifarBytes.header("other", 600 << 20)));
            for (int i = 0; i < 9; i++) {
                out.write(zeros);
            }
        }
        assertEquals(packed + ": damaged tar.gz archive: unpacks to more than 419430400 bytes", fault());
    }

    @Test
    void theImagesChecksumKnowsNoOrder() throws Exception {
        unpack(small());
        Cifar.Content content = Cifar.readAndSum(CifarForm.CIFAR10, folder);
        assertFalse(content.knownImages());
        Path target = folder.resolve("cifar-10-batches-bin");
        Files.write(target.resolve("data_batch_1.bin"), CifarBytes.records(1, 7, 0));
        Files.write(target.resolve("data_batch_5.bin"), CifarBytes.records(1, 1));
        Cifar.Content other = Cifar.readAndSum(CifarForm.CIFAR10, folder);
        assertNotEquals(content.set().checksum(), other.set().checksum());
        assertEquals(content.imagesChecksum(), other.imagesChecksum());
        Files.write(target.resolve("data_batch_5.bin"), CifarBytes.records(1, 9));
        Files.write(target.resolve("test_batch.bin"), CifarBytes.records(1, 1, 8));
        assertNotEquals(content.imagesChecksum(), Cifar.readAndSum(CifarForm.CIFAR10, folder).imagesChecksum(),
                "an image of the other part");
        // With Python: sum(int.from_bytes(sha256(record).digest()[:16]) for each record) % 2**128, and + b't' to test.
        assertEquals("71b82a9554f6fd3c93c0fe4d1ffd44d2", content.imagesChecksum());
    }
}
