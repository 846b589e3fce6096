package org.espalier.data.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.data.cifar.CifarBytes;
import org.espalier.data.digits.Digits;
import org.espalier.data.idx.IdxBytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
    @TempDir
    Path root;

    private final Digits embedded = Digits.draw(3, 10, 10);

    @Test
    void namedFoldersCountAlone() {
        assertEquals(List.of(root.resolve("mnist"), root),
                DataFolders.of(Optional.of(root), Map.of("ESPALIER_DATA", "/e"))
                        .candidates("mnist"));
        assertEquals(List.of(Path.of("/e/idx"), Path.of("/e"), Path.of("data/idx"), Path.of("data")),
                DataFolders.of(Optional.empty(), Map.of("ESPALIER_DATA", "/e")).candidates("idx"));
        assertEquals(List.of(Path.of("data")), DataFolders.of(Optional.empty(), Map.of("ESPALIER_DATA", " ")).roots());
    }

    @Test
    void findsAFolderOrItsSubfolder() throws Exception {
        assertEquals(Optional.empty(), Datasets.find("idx", Optional.of(root)));
        writeSet(root);
        Dataset direct = Datasets.find("idx", Optional.of(root)).orElseThrow();
        writeSet(Files.createDirectory(root.resolve("idx")));
        Files.delete(root.resolve("train-images-idx3-ubyte"));
        assertEquals(direct, Datasets.open("idx", Optional.of(root)));
        assertEquals("idx", direct.name());
        assertEquals(3, direct.classes());
    }

    @Test
    void unknownNamesAreAnsweredWithTheKnownOnes() {
        for (String name : new String[] {"cifar", "MNIST", ""}) {
            String message = assertThrows(IllegalArgumentException.class, () -> Datasets.open(name, Optional.of(root)))
                    .getMessage();
            assertEquals("no data set is called '" + name + "', known: mnist, idx, cifar10, cifar100, "
                    + "tiny-imagenet, imagenet, digits", message);
        }
        assertThrows(IllegalArgumentException.class, () -> Datasets.find("cifar", Optional.of(root)));
        assertThrows(IllegalArgumentException.class, () -> choose("cifar", null, Map.of()));
    }

    @Test
    void withoutDataTheDigitsStandInAndItIsSaid() {
        Datasets.Choice choice = choose(null, null, Map.of("ESPALIER_DATA", root.toString()));
        assertSame(embedded, choice.dataset());
        String notice = choice.notice().orElseThrow();
        assertTrue(notice.contains("using the embedded digits") && notice.contains("./espalier data fetch mnist")
                && notice.contains(root.toString()), notice);
        assertEquals(1, notice.lines().count());
    }

    @Test
    void whatIsNamedIsNeverReplaced() throws Exception {
        String message = assertThrows(BadDataException.class, () -> choose("mnist", null, Map.of())).getMessage();
        assertTrue(message.contains("no such data in ") && message.contains("./espalier data fetch mnist"), message);
        assertThrows(BadDataException.class, () -> choose(null, root, Map.of()));
        assertThrows(BadDataException.class, () -> choose("idx", root, Map.of()));
        writeSet(root);
        assertEquals(Optional.empty(), choose("idx", root, Map.of()).notice());
        message = assertThrows(BadDataException.class, () -> choose(null, root, Map.of())).getMessage();
        assertTrue(message.contains("expected MNIST's train-images"), "another set in the place of MNIST: " + message);
    }

    @Test
    void listsWhereEachSetIs() throws Exception {
        writeSet(Files.createDirectory(root.resolve("idx")));
        List<DataList.Entry> entries = DataList.of(Optional.of(root));
        assertEquals(Datasets.names(), entries.stream().map(DataList.Entry::name).toList());
        assertEquals(Optional.of(root.resolve("idx")), entries.get(1).folder());
        assertEquals((16 + 4 * 6) + (8 + 4) + (16 + 2 * 6) + (8 + 2), entries.get(1).bytes());
        assertEquals("found", entries.get(1).status());
        assertTrue(entries.get(0).status().startsWith("not found in "), entries.get(0).status());
        assertEquals("embedded", entries.getLast().status());
        Files.delete(root.resolve("idx/t10k-labels-idx1-ubyte"));
        String status = DataList.of(Optional.of(root)).get(1).status();
        assertTrue(status.contains("has no file t10k-labels-idx1-ubyte"), status);
    }

    @Test
    void checksAFolder() throws Exception {
        writeSet(root);
        DataCheck.Report report = DataCheck.of("idx", Optional.of(root));
        assertEquals(List.of(2, 1, 1), report.trainCounts());
        assertEquals(List.of(1, 1, 0), report.testCounts());
        assertEquals("[1,2,3]", report.shape());
        assertEquals(DataCheck.Origin.UNKNOWN, report.files().getFirst().origin());
        assertTrue(report.verdict().startsWith("a sound set in idx format, unknown checksum"), report.verdict());
        assertThrows(BadDataException.class, () -> DataCheck.of("mnist", Optional.of(root)));
        assertThrows(BadDataException.class, () -> DataCheck.of("digits", Optional.of(root)));
        Files.write(root.resolve("t10k-labels-idx1-ubyte"), IdxBytes.labels(0));
        assertThrows(BadDataException.class, () -> DataCheck.of("idx", Optional.of(root)));
    }

    @Test
    void findsCifarPackedAndUnpacked() throws Exception {
        Path archive = root.resolve("cifar-100-binary.tar.gz");
        Files.write(archive, CifarBytes.archive(Map.of(
                "cifar-100-binary/train.bin", CifarBytes.records(2, 5, 6, 5),
                "cifar-100-binary/test.bin", CifarBytes.records(2, 99))));
        assertEquals(Optional.of(archive), entry("cifar100").folder());
        assertEquals(Files.size(archive), entry("cifar100").bytes());
        Dataset packed = Datasets.open("cifar100", Optional.of(root));
        assertEquals(3, packed.train().count());
        assertEquals(packed, Datasets.open("cifar100", Optional.of(archive)));
        Path folder = Files.createDirectories(root.resolve("cifar100/cifar-100-binary"));
        Files.write(folder.resolve("train.bin"), CifarBytes.records(2, 5, 6));
        Files.write(folder.resolve("test.bin"), CifarBytes.records(2, 99));
        assertEquals(Optional.of(folder), entry("cifar100").folder(), "the set's own folder goes first");
        assertEquals(3 * 3074, entry("cifar100").bytes());
        DataCheck.Report report = DataCheck.of("cifar100", Optional.of(root));
        assertEquals(List.of(1, 1), report.trainCounts().subList(5, 7));
        assertEquals(1, report.testCounts().get(99));
        assertEquals("a sound set in the format of CIFAR-100, unknown checksum: 2 x [3,32,32] in 100 classes to train, "
                + "1 to test", report.verdict());
        assertEquals(DataCheck.Origin.UNKNOWN, report.files().getFirst().origin());
        String message =
                assertThrows(BadDataException.class, () -> Datasets.open("cifar10", Optional.of(root))).getMessage();
        assertEquals("cifar10: no such data in " + root.resolve("cifar10") + ", " + root
                + ", expected cifar-10-binary.tar.gz or cifar-10-batches-bin", message);
    }

    @Test
    void findsFoldersOfImagesAndChecksEach() throws Exception {
        for (String place : List.of("imagenet/train/a/1.png", "imagenet/train/b/2.png", "imagenet/val/a/3.png",
                "imagenet/val/b/4.png")) {
            Path file = root.resolve(place);
            Files.createDirectories(file.getParent());
            ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        }
        assertEquals(Optional.of(root.resolve("imagenet")), entry("imagenet").folder());
        assertEquals("found", entry("imagenet").status());
        assertTrue(entry("tiny-imagenet").folder().isEmpty());
        DataCheck.Report report = DataCheck.of("imagenet", Optional.of(root));
        assertEquals(List.of("a", "b"), report.classes());
        assertEquals(List.of(1, 1), report.trainCounts());
        assertEquals(List.of(), report.broken());
        assertTrue(report.verdict().endsWith(", which is unknown; every image can be read"), report.verdict());
        Path broken = Files.write(root.resolve("imagenet/val/b/4.png"), new byte[] {1});
        report = DataCheck.of("imagenet", Optional.of(root));
        assertEquals(List.of(broken + ": is neither JPEG nor PNG"), report.broken());
        assertTrue(report.verdict().endsWith("; 1 of 4 images cannot be read and are left out"), report.verdict());
        Files.write(root.resolve("imagenet/val/a/3.png"), new byte[] {1});
        String message =
                assertThrows(BadDataException.class, () -> DataCheck.of("imagenet", Optional.of(root))).getMessage();
        assertTrue(message.startsWith("2 of 2 images cannot be read"), message);
    }

    @Test
    void eachSetHasItsUsualPreparation() {
        assertEquals(Preprocessing.CIFAR10, Datasets.usualPreprocessing("cifar10"));
        assertEquals(Preprocessing.IMAGENET, Datasets.usualPreprocessing("imagenet"));
        assertEquals(Preprocessing.UNIT, Datasets.usualPreprocessing("one's own"));
        for (String name : Datasets.names()) {
            assertTrue(Preprocessing.known().contains(Datasets.usualPreprocessing(name)), name);
        }
    }

    private DataList.Entry entry(String name) {
        return DataList.of(Optional.of(root)).stream().filter(entry -> entry.name().equals(name)).findFirst()
                .orElseThrow();
    }

    private Datasets.Choice choose(@Nullable String name, @Nullable Path data, Map<String, String> environment) {
        return Datasets.choose(Optional.ofNullable(name), Optional.ofNullable(data), environment, () -> embedded);
    }

    private static void writeSet(Path folder) throws Exception {
        Files.write(folder.resolve("train-images-idx3-ubyte"), IdxBytes.images(4, 2, 3, 1));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxBytes.labels(0, 1, 2, 0));
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), IdxBytes.images(2, 2, 3, 2));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), IdxBytes.labels(0, 1));
    }
}
