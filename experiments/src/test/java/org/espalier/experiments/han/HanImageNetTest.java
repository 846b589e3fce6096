package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.espalier.data.Dataset;
import org.espalier.data.catalog.Datasets;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.TrainingRun;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of AlexNet on ImageNet, from a folder of three classes to a pruned network, with a small network in its place:
 * images framed and augmented, batches gathered into updates, dropout that falls with the connections.
 */
final class HanImageNetTest {
    private static final int CLASSES = 3;

    @TempDir
    private Path folder;

    private Dataset threeClasses() throws IOException {
        for (int c = 0; c < CLASSES; c++) {
            for (int i = 0; i < 3; i++) {
                write("train/class" + c + "/" + i + ".png", 60 + 7 * i, 90, 0x40 << 8 * c);
            }
            write("val/class" + c + "/a.jpg", 50, 70 + c, 0x50 << 8 * c);
        }
        return Datasets.open("imagenet", Optional.of(folder.resolve("data")));
    }

    private void write(String name, int height, int width, int colour) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour + (x * y & 0x1f));
            }
        }
        Path file = folder.resolve("data").resolve(name);
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()), name);
    }

    @Test
    void aFolderOfAFewClassesIsTrainedOnAndPruned() throws IOException {
        Dataset set = threeClasses();
        HanRecipe alexnet = HanRecipe.alexnet(Preset.QUICK);
        var feed = new HanRecipe.Feed(alexnet.feed().trainImages(), 2, alexnet.feed().inputs(),
                alexnet.feed().augmentation());
        HanRecipe small = new HanRecipe("alexnet-cifar10", feed, alexnet.dense().accumulating(2), alexnet.method(),
                alexnet.retrain().accumulating(2), alexnet.lastRetrain().accumulating(2), false, "small");
        Setting setting = new Setting(Preset.QUICK, set.name(), set.checksum(), set.train().count(), List.of(1L), "cpu",
                false);
        TrainingRun pruned = HanRuns.pruned(small, setting, 1);
        // ImageNet's 256 and 224 for 32 pixels: 36.6
        assertEquals("imagenet@37,32", pruned.data().preprocessing().name());
        RunStore store = RunStore.at(folder.resolve("runs"));
        try (Backend backend = Backends.open("cpu")) {
            new Runner(store, backend, set, _ -> {}).complete(List.of(pruned));
        }
        RunResult result = new FinishedRuns(store).find(pruned).orElseThrow().result();
        assertEquals(3, result.test().count());
        // see HanRecipeTest
        assertEquals(2_016 + 9_728 + 19_354 + 15_345 + 10_230 + 26_542 + 23_593 + 1_280, result.keptWeights());
        assertEquals(List.of(1, 2), new FinishedRuns(store).curve(pruned).orElseThrow().prunes().stream()
                .map(prune -> prune.step()).toList());
    }
}
