package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.data.digits.Digits;
import org.espalier.data.idx.IdxWriter;
import org.espalier.experiments.recipe.Recipes;
import org.espalier.experiments.recipe.TrainingRecipe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code train} and {@code recipe} as a user sees them. */
final class TrainCommandTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void drawATinySet() throws IOException {
        Digits digits = Digits.draw(5, 150, 60);
        IdxWriter.write(Files.createDirectory(folder.resolve("data")), digits.train(), digits.test());
    }

    /** Options of the smallest run, or others in their place. */
    private Shell train(String runs, Object... more) {
        Map<Object, Object> options = new LinkedHashMap<>(Map.of("--network", "lenet300", "--dataset", "idx", "--data",
                folder.resolve("data"), "--recipe", "han-lenet-300-100", "--epochs", "2", "--runs",
                folder.resolve(runs)));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        List<Object> words = new ArrayList<>(List.of("train"));
        options.forEach((name, value) -> words.addAll(List.of(name, value)));
        return Shell.run(words.toArray());
    }

    private byte[] model(String runs) throws IOException {
        try (var files = Files.walk(folder.resolve(runs))) {
            return Files
                    .readAllBytes(files.filter(file -> file.endsWith("model.safetensors")).findFirst().orElseThrow());
        }
    }

    @Test
    void trainsShowsAndDoesNothingTwice() throws IOException {
        Path json = folder.resolve("result.json");
        Shell first = train("runs", "--json", json);
        assertEquals(0, first.code(), first.err());
        assertTrue(first.out().contains("lenet-300-100; recipe han-lenet-300-100"), first.out());
        assertTrue(first.out().lines().anyMatch(line -> line.matches("images +300")), first.out());
        assertTrue(first.out().lines().anyMatch(line -> line.startsWith("weights: ")), first.out());
        assertTrue(Files.readString(json).contains("top-1 error"));
        byte[] model = model("runs");
        Shell again = train("runs");
        assertTrue(again.out().contains("finished before"), again.out());
        assertArrayEquals(model, model("runs"));
    }

    /** 150 images in batches of 32 by twos: three updates an epoch. */
    @Test
    void whatIsChangedIsAnotherRun() throws IOException {
        byte[] plain = modelOf("plain");
        assertArrayEquals(plain, modelOf("same"));
        for (String[] change : new String[][] {{"--seed", "2"}, {"--augment", "cifar"}, {"--batch", "32"},
            {"--batch", "32", "--accumulate", "2"}, {"--train-images", "100"}, {"--l1", "0.01"}, {"--l2", "0.01"},
            {"--normalise", "mnist"}}) {
            String name = String.join("", change);
            assertFalse(Arrays.equals(plain, modelOf(name, (Object[]) change)), name);
        }
    }

    private byte[] modelOf(String runs, Object... more) throws IOException {
        Shell shell = train(runs, more);
        assertEquals(0, shell.code(), shell.err());
        return model(runs);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --epochs 0      | --epochs 0: expected at least 1
            --batch -1      | --batch -1: expected at least 1
            --accumulate 0  | --accumulate 0: expected at least 1
            --augment flop  | no augmentation is called 'flop', known: none, flip, mnist, cifar
            --network resnet20 | network resnet-20-cifar10 wants images [3,32,32] of at most 10 classes
            --recipe cifra  | unknown recipe cifra; did you mean cifar?
            --recipe chip-cifar --epochs 5 | needs more epochs than that, got 5
            --normalise imagenet | preprocessing imagenet is for 3 channels, the images have 1
            """)
    void whatDoesNotFitIsOneLine(String options, String complaint) {
        Shell shell = train("runs", (Object[]) options.split(" "));
        assertEquals(2, shell.code(), shell.err());
        assertEquals(1, shell.err().lines().count(), shell.err());
        assertTrue(shell.err().contains(complaint), shell.err());
        assertFalse(Files.exists(folder.resolve("runs")), "nothing is begun");
    }

    @Test
    void everyRecipeIsListedAndShownWithItsSource() {
        String list = Shell.run("recipe").out();
        for (TrainingRecipe recipe : Recipes.all()) {
            assertTrue(list.contains(recipe.name()), list);
            Shell one = Shell.run("recipe", recipe.name());
            assertTrue(one.out().contains(recipe.source()), one.out());
            assertTrue(one.out().contains("epochs = " + recipe.recipe().epochs()), one.out());
        }
        assertTrue(Shell.run("recipe", "chip-cifar").out().contains("cifar10-per-image, (pixel / 255"));
    }

    /** What {@code --normalise} says, else the recipe, else what is usual for the set. */
    @Test
    void inputsAreTheRecipesUnlessOthersAreAskedFor() {
        assertTrue(train("caffe").out().contains("inputs: caffe-mnist, pixel / 256"));
        assertTrue(train("asked", "--normalise", "mnist").out().contains("inputs: mnist, "));
        assertTrue(train("usual", "--recipe", "effective-lenet-300-100").out().contains("inputs: unit, "));
    }
}
