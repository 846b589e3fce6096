package org.espalier.experiments.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;
import org.espalier.nn.optim.Sgd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recipes against the papers and their authors' code. */
final class RecipesTest {
    private static TrainingRecipe named(String name) {
        return Recipes.named(name).orElseThrow();
    }

    /** What stands in the papers' tables. The decay of Keras's l2(x) is 2x. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            # name,                 epochs, batch, rate, momentum, decay, all, smoothing, augmentation, inputs
            han-lenet-300-100,          15,    64, 0.1,  0.9,  5e-4,  true,  0,   none,          caffe-mnist
            han-lenet-5,                15,    64, 0.03, 0.9,  5e-4,  true,  0,   none,          caffe-mnist
            han-alexnet,                90,   256, 0.01, 0.9,  5e-4,  false, 0,   imagenet-crop, -
            han-vgg-16,                 74,   256, 0.01, 0.9,  5e-4,  false, 0,   imagenet-crop, -
            han-alexnet-cifar10,        40,    64, 0.02, 0.9,  5e-4,  true,  0,   cifar,         cifar10
            cifar,                     200,   128, 0.1,  0.9,  1e-4,  true,  0,   cifar,         -
            effective-lenet-300-100,   160,   100, 0.1,  0.9,  1e-3,  false, 0,   mnist,         -
            effective-lenet-5,         307,   128, 0.1,  0.9,  1e-3,  false, 0,   cifar-edges,   -
            effective-vgg,             160,   128, 0.1,  0.9,  2e-4,  false, 0,   cifar-edges,   -
            effective-resnet-18,       200,   256, 0.2,  0.9,  2e-4,  false, 0,   cifar-edges,   -
            chip-baseline,             200,   128, 0.1,  0.9,  5e-4,  true,  0,   cifar,         cifar10-per-image
            chip-cifar,                300,   128, 0.01, 0.9,  0.005, true,  0,   cifar,         cifar10-per-image
            chip-cifar-readme,         400,   256, 0.01, 0.9,  0.005, true,  0,   cifar,         cifar10-per-image
            chip-imagenet,             180,   256, 0.1,  0.99, 1e-4,  true,  0.1, imagenet,      -
            chip-imagenet-readme,      180,   256, 0.01, 0.99, 1e-4,  true,  0.1, imagenet,      -
            """)
    void asInThePapers(String name, int epochs, int batch, double rate, double momentum, double decay, boolean all,
            double smoothing, String augmentation, String inputs) {
        TrainingRecipe how = named(name);
        assertEquals(epochs, how.recipe().epochs());
        assertEquals(batch, how.batch());
        assertEquals(new Sgd(momentum, decay, 0, false, all), how.recipe().sgd());
        assertEquals(smoothing, how.recipe().labelSmoothing());
        assertEquals(1, how.recipe().accumulated());
        assertEquals(augmentation, how.augmentation().name());
        assertEquals(Optional.of(inputs).filter(asked -> !asked.equals("-")), how.inputs().map(Preprocessing::name));
        // the highest rate: at the first step behind the warm-up, if there is any
        double highest = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            highest = Math.max(highest, how.recipe().rate().at(390L * epoch, 390, epochs));
        }
        assertEquals(rate, highest, 1e-15);
    }

    /** Epochs after which the rate is a tenth: the authors' iterations over steps of an epoch, rounded to whole epochs. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            han-alexnet,             20 40 60 80
            effective-lenet-300-100, 42 83 125
            effective-lenet-5,       77 154 230
            effective-vgg,           80 120
            effective-resnet-18,     100 150
            cifar,                   100 150
            """)
    void ratesFallToATenth(String name, String epochs) {
        var recipe = named(name).recipe();
        for (String text : epochs.split(" ")) {
            int epoch = Integer.parseInt(text);
            double before = recipe.rate().at(391L * epoch - 1, 391, recipe.epochs());
            assertEquals(before / 10, recipe.rate().at(391L * epoch, 391, recipe.epochs()), 1e-12, "epoch " + epoch);
        }
        double last = recipe.rate().at(391L * recipe.epochs() - 1, 391, recipe.epochs());
        assertEquals(recipe.rate().at(0, 391, recipe.epochs()) / Math.pow(10, epochs.split(" ").length), last, 1e-12);
    }

    /** The golden rates of CHIP's schedule on CIFAR-10: 391 steps an epoch. */
    @Test
    void theCosineOfChip() {
        var recipe = named("chip-cifar").recipe();
        assertEquals(5.111464694825e-06, recipe.rate().at(0, 391, 300), 1e-17);
        assertEquals(0.009999716474831, recipe.rate().at(4 * 391 + 390, 391, 300), 1e-14);
        assertEquals(0.005026623540747, recipe.rate().at(152 * 391, 391, 300), 1e-14);
        assertEquals(2.835251687594e-07, recipe.rate().at(299 * 391, 391, 300), 1e-18);
    }

    @Test
    void aChangeLeavesTheRest() {
        TrainingRecipe chip = named("chip-cifar");
        TrainingRecipe changed = chip.withBatch(32).with(Augmentation.FLIP).with(Preprocessing.UNIT)
                .with(chip.recipe().withEpochs(7));
        assertEquals(new TrainingRecipe(chip.name(), chip.purpose(), chip.source(), chip.recipe().withEpochs(7), 32,
                Augmentation.FLIP, Optional.of(Preprocessing.UNIT)), changed);
        assertThrows(IllegalArgumentException.class, () -> chip.withBatch(0));
    }

    @Test
    void eachHasANameOfItsOwnAndSaysWhereItIsFrom() {
        List<String> names = Recipes.names();
        assertEquals(names.size(), names.stream().distinct().count());
        for (TrainingRecipe recipe : Recipes.all()) {
            assertTrue(!recipe.purpose().isBlank() && !recipe.source().isBlank(), recipe.name());
        }
    }
}
