package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.PrunedRun;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Networks;
import org.espalier.nn.train.Recipe;
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
        PrunedRun lenet300 = HanRuns.pruned(HanRecipe.lenet300(Preset.PAPER), setting, 1);
        PrunedRun lenet5 = HanRuns.pruned(HanRecipe.lenet5(Preset.PAPER), setting, 1);
        assertEquals(List.of(lenet300.dense(), lenet300, lenet5.dense(), lenet5), new HanTable1().experiments(setting));
        assertEquals(List.of(lenet300), new HanTable2().experiments(setting));
        assertEquals(List.of(lenet5), new HanTable3().experiments(setting));
        assertEquals(List.of(lenet300), new HanFigure4().experiments(setting));
        assertEquals(List.of(lenet300), new HanFigure7().experiments(setting));
        assertEquals(
                List.of(lenet300.dense(), lenet5.dense()),
                new HanFigure6().experiments(setting).stream().map(run -> run.parent().orElseThrow()).toList());
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
