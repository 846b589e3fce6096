package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.PrunedRun;
import org.espalier.experiments.engine.TurnsRun;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Networks;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.Han2015;
import org.espalier.prune.Pruner;
import org.espalier.prune.PruningReport;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The presets against the recipe and the counts of the paper. */
final class HanRecipeTest {
    /** Prunes initial weights by all steps of a recipe. */
    private static PruningReport pruned(HanRecipe recipe) {
        try (Backend backend = Backends.open("cpu");
                Model model = Model.initialise(Networks.named(recipe.network()), backend, 1)) {
            Pruner pruner = new Pruner(recipe.method());
            PruningReport last = pruner.prune(model, 1);
            for (int step = 2; step <= pruner.steps(); step++) {
                last = pruner.prune(model, step);
            }
            return last;
        }
    }

    private static List<Long> kept(PruningReport report) {
        return report.layers().stream().map(layer -> layer.after().kept()).toList();
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void everyPresetEndsWithThePapersCounts(Preset preset) {
        PruningReport lenet300 = pruned(HanRecipe.lenet300(preset));
        assertEquals(List.of(18_816L, 2_700L, 260L), kept(lenet300));
        assertEquals(21_776, lenet300.total().kept());
        for (HanRecipe recipe : List.of(HanRecipe.lenet5(preset), HanRecipe.lenet5Linear(preset))) {
            PruningReport lenet5 = pruned(recipe);
            assertEquals(List.of(330L, 3_000L, 32_000L, 950L), kept(lenet5));
            assertEquals(36_280, lenet5.total().kept());
        }
    }

    /** Rates of the first step of each epoch. */
    private static List<Double> rates(Recipe recipe) {
        return java.util.stream.IntStream.range(0, recipe.epochs())
                .mapToObj(epoch -> Math.rint(1e9 * recipe.rate().at(epoch * 938L, 938, recipe.epochs())) / 1e9)
                .toList();
    }

    @Test
    void thePaperPresetIsTheFullRecipe() {
        HanRecipe lenet300 = HanRecipe.lenet300(Preset.PAPER);
        assertEquals(15, lenet300.dense().epochs());
        assertEquals(5, lenet300.method().schedule().steps());
        // between the prune steps ten epochs at a constant tenth of the base rate; after the last one it falls
        assertEquals(java.util.Collections.nCopies(10, 0.01), rates(lenet300.retrain()));
        assertEquals(40, lenet300.lastRetrain().epochs());
        assertEquals(List.of(0.01, 0.001, 0.0001), rates(lenet300.lastRetrain()).stream().distinct().toList());
        assertEquals(0.9, lenet300.dense().sgd().momentum());
        assertEquals(5e-4, lenet300.dense().sgd().l2());
        assertTrue(lenet300.dense().sgd().decayAll());
        // half of 15 epochs is 7.5, three quarters 11.25: rounded to whole epochs
        assertEquals(
                List.of(0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.001),
                rates(lenet300.dense()));
        HanRecipe lenet5 = HanRecipe.lenet5(Preset.PAPER);
        assertEquals(0.03, rates(lenet5.dense()).getFirst());
        assertEquals(rates(lenet300.dense()).getFirst() / 10, rates(lenet300.retrain()).getFirst());
        assertEquals(rates(lenet5.dense()).getFirst() / 10, rates(lenet5.retrain()).getFirst());
        assertEquals(rates(lenet5.dense()).getFirst() / 10, rates(lenet5.lastRetrain()).getFirst());
        assertEquals("", lenet300.reduction());
        assertEquals("", lenet5.reduction());
    }

    @Test
    void thePaperPresetTrainsOnAllImages() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 4L);
        DenseRun dense = HanRuns.dense(HanRecipe.lenet5(Preset.PAPER), setting, 4);
        assertEquals(60_000, dense.data().trainImages());
        assertEquals(64, dense.batch());
        assertEquals(4, dense.seed());
        assertEquals("caffe-mnist", dense.data().preprocessing().name());
    }

    @Test
    void theQuickPresetSaysWhatItReduces() {
        assertFalse(HanRecipe.lenet300(Preset.QUICK).reduction().isEmpty());
        assertTrue(HanRecipe.lenet5(Preset.QUICK).reduction().contains("training images 20000"));
    }

    /** Table 1 and Tables 2 and 3 share their runs; figures take them from there. */
    @Test
    void studiesShareTheirRuns() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L);
        PrunedRun lenet300 = HanRuns.pruned(HanRecipe.lenet300(Preset.PAPER), setting, 1).pruned().orElseThrow();
        PrunedRun lenet5 = HanRuns.pruned(HanRecipe.lenet5(Preset.PAPER), setting, 1).pruned().orElseThrow();
        assertEquals(List.of(lenet300.dense(), lenet300, lenet5.dense(), lenet5), new HanTable1().experiments(setting));
        assertEquals(List.of(lenet300), new HanTable2().experiments(setting));
        assertEquals(List.of(lenet5), new HanTable3().experiments(setting));
        assertEquals(List.of(lenet300), new HanFigure4().experiments(setting));
        assertEquals(List.of(lenet300), new HanFigure7().experiments(setting));
        assertEquals(
                List.of(lenet300.dense(), lenet5.dense()),
                new HanFigure6().experiments(setting).stream().map(run -> run.parent().orElseThrow()).toList());
    }

    private static Setting on(String dataset, Preset preset) {
        return new Setting(preset, dataset, "0badc0de", 50_000, List.of(1L), "cpu", false);
    }

    /** Caffe's 450,000 steps of 256 of ImageNet's 1,281,167 images are 89.9 epochs; the paper retrains 173 hours for 75. */
    @Test
    void imageNetIsForAlexNetAndVgg() {
        Setting setting = on("imagenet", Preset.PAPER);
        List<Experiment> runs = new HanTable1().experiments(setting);
        assertEquals(List.of("alexnet", "alexnet", "vgg-16-imagenet", "vgg-16-imagenet"),
                runs.stream().map(run -> run.network().name()).toList());
        assertEquals(List.of("imagenet@256,227", "imagenet@256,227", "imagenet@256,224", "imagenet@256,224"),
                runs.stream().map(run -> run.data().preprocessing().name()).toList());
        DenseRun alexnet = (DenseRun) runs.getFirst();
        assertEquals(256, alexnet.batch() * alexnet.recipe().accumulated());
        assertEquals(90, alexnet.recipe().epochs());
        assertFalse(alexnet.recipe().sgd().decayAll());
        PrunedRun pruned = runs.get(1).pruned().orElseThrow();
        assertEquals(173 / 75.0, 5 * pruned.retrain().epochs() / 90.0, 0.05);
        // a hundredth of the rate
        assertEquals(1e-4, pruned.retrain().rate().at(0, 100, 41), 1e-12);
        assertEquals(Han2015.ALEXNET, pruned.method());
        assertTrue(HanRecipe.alexnet(Preset.QUICK).reduction().startsWith("epochs 1 instead of 90"));
        assertEquals("", HanRecipe.vgg16(Preset.PAPER).reduction());
    }

    /** Fully connected layers and convolutions in turn: two retrainings a step. */
    @Test
    void cifar10IsForASmallAlexNet() {
        Setting setting = on("cifar10", Preset.PAPER);
        HanRecipe recipe = HanRecipe.smallAlexnet(Preset.PAPER);
        assertTrue(HanRuns.pruned(recipe, setting, 1) instanceof TurnsRun);
        PrunedRun pruned = HanRuns.pruned(recipe, setting, 1).pruned().orElseThrow();
        assertEquals(2 * pruned.imagesToTrain(), HanRuns.pruned(recipe, setting, 1).imagesToTrain());
        assertEquals(List.of(pruned.dense(), HanRuns.pruned(recipe, setting, 1)),
                new HanTable1().experiments(setting));
        assertEquals(List.of(HanRuns.pruned(recipe, setting, 1)), new HanFigure7().experiments(setting));
        assertEquals(List.of(Optional.of(pruned.dense())),
                new HanFigure6().experiments(setting).stream().map(Experiment::parent).toList());
        assertEquals("cifar10", pruned.data().preprocessing().name());
        for (Preset preset : Preset.values()) {
            assertTrue(HanRecipe.smallAlexnet(preset).reduction().contains("instead of AlexNet on ImageNet"));
        }
        // 2,400 x 0.84 + 25,600 x 0.38 + 55,296 x 0.35 + 41,472 x 0.37 + 27,648 x 0.37
        // + (294,912 + 262,144) x 0.09 + 5,120 x 0.25
        assertEquals(2_016 + 9_728 + 19_354 + 15_345 + 10_230 + 26_542 + 23_593 + 1_280, pruned(recipe).total().kept());
    }

    @Test
    void theCaffeFormIsRunWhereItIsAskedFor() {
        Setting plain = HandmadeRuns.setting(Preset.PAPER, 1L);
        Setting with = HandmadeRuns.withLinearConv(Preset.PAPER, 1L);
        assertEquals(4, new HanTable1().experiments(plain).size());
        assertEquals(6, new HanTable1().experiments(with).size());
        assertEquals(
                "lenet-5-caffe-linear-conv",
                new HanTable1().experiments(with).getLast().network().name());
        assertEquals(
                List.of("lenet-5-caffe", "lenet-5-caffe-linear-conv"),
                new HanTable3().experiments(with).stream().map(run -> run.network().name()).toList());
    }
}
