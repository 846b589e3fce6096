package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import org.espalier.data.Preprocessing;
import org.espalier.data.catalog.Datasets;
import org.espalier.data.feed.SequentialBatches;
import org.espalier.experiments.study.KnownDataset;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Networks;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train} and {@code evaluate} on a folder of images of many sizes, whole and broken. */
final class ImageFolderVerbsTest {
    private static final String NETWORK = "lenet-5-cifar10";
    private static final int CLASSES = 10;

    @TempDir
    private Path folder;

    @BeforeEach
    void tenClasses() throws IOException {
        for (int c = 0; c < CLASSES; c++) {
            int hue = c;
            IntBinaryOperator colours = (y, x) -> 0x19_0b_07 * hue + ((x * 5 + y * 3) & 0x3f);
            write("data/train/class" + c + "/a.png", 40 + 7 * c, 90 - 3 * c, colours);
            write("data/train/class" + c + "/b.jpg", 33, 200 - 9 * c, colours);
            write("data/val/class" + c + "/c.png", 61, 47 + c, colours);
            write("data/val/class" + c + "/d.jpg", 120 - c, 33, colours);
        }
    }

    private void write(String name, int height, int width, IntBinaryOperator rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb.applyAsInt(y, x));
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()), name);
    }

    private Shell train(String runs, Object... more) {
        Object[] words = {"train", "--network", NETWORK, "--dataset", "imagenet", "--data", folder.resolve("data"),
            "--recipe", "effective-lenet-5", "--epochs", "1", "--batch", "10", "--runs", folder.resolve(runs)};
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Shell.run(all);
    }

    private Path model(String runs) throws IOException {
        try (var files = Files.walk(folder.resolve(runs))) {
            return files.filter(file -> file.endsWith("model.safetensors")).findFirst().orElseThrow();
        }
    }

    /** Weights as they are made, in a file that says nothing, or this, of the pixels. */
    private Path weights(Map<String, String> metadata) {
        Path file = folder.resolve("weights.safetensors");
        try (Backend cpu = Backends.open("cpu"); Model model = Model.initialise(Networks.named(NETWORK), cpu, 1)) {
            ModelFile.save(model, file, metadata);
        }
        return file;
    }

    private Object[] evaluation(Path weights, Object... more) {
        Object[] words = {"evaluate", "--network", NETWORK, "--weights", weights, "--dataset", "imagenet", "--data",
            folder.resolve("data")};
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    private double loss(Path weights, Object... more) throws IOException {
        Path json = folder.resolve("rows.json");
        Object[] words = evaluation(weights, more);
        Object[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--json";
        all[words.length + 1] = json;
        Shell shell = Shell.run(all);
        assertEquals(0, shell.code(), shell.err());
        JsonNode row = new JsonMapper().readTree(json.toFile()).path("tables").path(0).path("rows").path(0);
        assertEquals(2 * CLASSES, row.path("images").asInt());
        return row.path("loss").asDouble();
    }

    private static void assertRefused(Shell shell, String part) {
        assertEquals(2, shell.code(), shell.err());
        String line = shell.err().lines().toList().getLast(); // broken images are told of before
        assertTrue(line.startsWith("espalier: ") && line.contains(part), shell.err());
        assertFalse(shell.err().contains("\tat "), shell.err());
    }

    /**
     * 74 x 120 becomes 37 x 60; by halves, so that four neighbours weigh 1, 3, 3 and 1 eighths and a ramp stays one: at
     * (y,x) it has the value between (2y,2x) and (2y+1,2x+1). The middle begins at row (37-32)/2 = 2.5, rounded to even,
     * and column (60-32)/2 = 14. So twice the column gives 2 (2 (x+14) + 1/2) = 4 x + 57, and twice the row 4 y + 9.
     */
    @Test
    void evaluationSeesTheMiddleByHand() throws IOException {
        for (int c = 0; c < CLASSES; c++) {
            write("ramps/val/class" + c + "/ramp.png", 74, 120, (y, x) -> 2 * x << 16 | 2 * y << 8 | 7);
        }
        var set = Datasets.open("imagenet", Optional.of(folder.resolve("ramps")));
        Preprocessing inputs = KnownDataset.inputs(Networks.named(NETWORK), set, Preprocessing.UNIT);
        assertEquals("unit@37,32", inputs.name());
        try (BatchCursor cursor = new SequentialBatches(set.test(), inputs, CLASSES).open(0, 0)) {
            Batch batch = cursor.next();
            float[] expected = new float[3 * 32 * 32];
            for (int i = 0; i < 32 * 32; i++) {
                expected[i] = (4 * (i % 32) + 57) / 255f;
                expected[32 * 32 + i] = (4 * (i / 32) + 9) / 255f;
                expected[2 * 32 * 32 + i] = 7 / 255f;
            }
            assertArrayEquals(expected, Arrays.copyOfRange(batch.inputs(), 5 * expected.length, 6 * expected.length));
        }
    }

    @Test
    void trainFramesPrintsAndKeepsItAndEvaluateTakesItFromTheFile() throws IOException {
        Shell shell = train("runs", "--augment", "imagenet");
        assertEquals(0, shell.code(), shell.err());
        assertTrue(shell.out().contains("inputs: imagenet@37,32, short side to 37 (bilinear), middle 32 x 32, (pixel"),
                shell.out());
        try (SafetensorsFile file = SafetensorsFile.open(model("runs"))) {
            assertEquals("imagenet@37,32", file.metadata().get(ModelFile.PREPROCESSING));
        }
        Shell evaluated = Shell.run(evaluation(model("runs")));
        assertTrue(evaluated.out().lines().anyMatch(
                line -> line.startsWith("normalisation: imagenet@37,32, ")
                        && line.endsWith("as the weights' file says")),
                evaluated.out() + evaluated.err());
        assertTrue(evaluated.out().lines().anyMatch(line -> line.startsWith("peak memory ")), evaluated.out());
        Shell other = train("other", "--augment", "imagenet", "--normalise", "imagenet@48,32");
        assertEquals(0, other.code(), other.err());
        try (SafetensorsFile file = SafetensorsFile.open(model("other"))) {
            assertEquals("imagenet@48,32", file.metadata().get(ModelFile.PREPROCESSING));
        }
        assertFalse(Arrays.equals(Files.readAllBytes(model("runs")), Files.readAllBytes(model("other"))));
    }

    /** The same pixels by any of its names: told, taken from the file, or from the network's size. */
    @Test
    void theFramingNamedGoesBeforeTheFilesAndThatBeforeTheNetworks() throws IOException {
        double byNetwork = loss(weights(Map.of(ModelFile.PREPROCESSING, "imagenet")));
        double byFile = loss(weights(Map.of(ModelFile.PREPROCESSING, "imagenet@50,32")));
        assertNotEquals(byNetwork, byFile);
        assertEquals(byNetwork, loss(folder.resolve("weights.safetensors"), "--normalise", "imagenet"));
        assertEquals(byNetwork, loss(folder.resolve("weights.safetensors"), "--normalise", "imagenet@37,32"));
        assertEquals(byFile, loss(weights(Map.of()), "--normalise", "imagenet@50,32"));
        Shell silent = Shell.run(evaluation(weights(Map.of())));
        assertTrue(silent.out().lines().anyMatch(line -> line.startsWith("normalisation: imagenet@37,32")
                && line.endsWith("; framed for the network's inputs")), silent.out());
        assertRefused(Shell.run(evaluation(weights(Map.of()), "--normalise", "imagenet@256,224")),
                "wants images [3,32,32] of 10 classes; --normalise imagenet@37,32 frames them so");
    }

    @Test
    void aBrokenFileIsNamedAndCountedAndManyAreAnError() throws IOException {
        Path broken = folder.resolve("data/val/class4/d.jpg");
        byte[] whole = Files.readAllBytes(broken);
        Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
        write("data/val/class4/dot.png", 1, 1, (_, _) -> 0x123456);
        Shell shell = Shell.run(evaluation(weights(Map.of())));
        assertEquals(0, shell.code(), shell.err());
        assertTrue(shell.out().contains("left out: 1 of 21 images, which cannot be read"), shell.out());
        Files.write(folder.resolve("data/val/class6/c.png"), new byte[] {1, 2, 3});
        assertRefused(Shell.run(evaluation(weights(Map.of()))),
                "2 of 21 images cannot be read, at most one in 100 may be broken; " + broken + ": damaged image: ");
    }

    @Test
    void classesAreThoseOfTheNetwork() throws IOException {
        write("data/train/more/a.png", 9, 9, (_, _) -> 0);
        write("data/val/more/a.png", 9, 9, (_, _) -> 0);
        String part = "of 11 classes, framed by 37,32; network lenet-5-cifar10 wants images [3,32,32] of 10 classes";
        assertRefused(Shell.run(evaluation(weights(Map.of()))), part);
        assertRefused(train("runs"), part);
        Files.delete(folder.resolve("data/val/more/a.png"));
        assertRefused(train("runs"), "more: holds no images, expected JPEG or PNG files");
        Files.createDirectories(folder.resolve("none/train"));
        Files.createDirectories(folder.resolve("none/val"));
        for (List<Object> verb : List.<List<Object>>of(List.of("evaluate", "--weights", weights(Map.of())),
                List.of("train", "--recipe", "cifar", "--runs", folder.resolve("runs")))) {
            Object[] words = new Object[verb.size() + 6];
            System.arraycopy(verb.toArray(), 0, words, 0, verb.size());
            System.arraycopy(new Object[] {"--network", NETWORK, "--dataset", "imagenet", "--data",
                folder.resolve("none")}, 0, words, verb.size(), 6);
            assertRefused(Shell.run(words), "holds no classes, expected a folder of images for each");
        }
        assertFalse(Files.exists(folder.resolve("runs")), "nothing is begun");
    }

    /** Of ten classes and not of a thousand: enough to see that it goes. */
    @Test
    void table1OnImageNetIsOfTheNetworksThatAreForIt() {
        Shell plan = Shell.run("run", "han-table1", "--dataset", "imagenet", "--data", folder.resolve("data"), "--runs",
                folder.resolve("runs"), "--dry-run");
        assertEquals(0, plan.code(), plan.err());
        for (String run : List.of("imagenet-alexnet-s1-", "imagenet-alexnet-s1-pruned-", "imagenet-vgg-16-imagenet-s1-",
                "imagenet-vgg-16-imagenet-s1-pruned-")) {
            assertTrue(plan.out().lines().anyMatch(line -> line.matches(run + "[0-9a-f]{12} +not begun .*")),
                    plan.out());
        }
        assertTrue(plan.out().contains("inputs: imagenet@256,227"), plan.out());
        assertRefused(
                Shell.run("run", "han-table2", "--dataset", "imagenet", "--data", folder.resolve("data"), "--runs",
                        folder.resolve("runs")),
                "network lenet-300-100 wants images [1,28,28]");
        assertRefused(
                Shell.run("run", "han-table1", "--dataset", "imagenet", "--data", folder.resolve("data"), "--runs",
                        folder.resolve("runs"), "--normalise", "imagenet@232,224"),
                "network alexnet wants images [3,227,227]");
    }

    @Test
    void aSetToTestOnAloneCannotBeTrainedOn() {
        assertRefused(Shell.run("train", "--network", NETWORK, "--dataset", "imagenet", "--data",
                folder.resolve("data/val"), "--recipe", "cifar", "--runs", folder.resolve("runs")),
                "data set imagenet has no images to train on");
    }
}
