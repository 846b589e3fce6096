package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.run.RunId;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.Han2015;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.schedule.Iterative;
import org.espalier.prune.schedule.When;
import org.junit.jupiter.api.Test;

/** What names a run: every part of its experiment, and nothing else. */
final class ExperimentTest {
    private static final NetworkSpec NETWORK = NetworkSpec.of("lenet-300-100");
    private static final DataSpec DATA = new DataSpec("digits", "ab12", 100, Preprocessing.CAFFE_MNIST);
    private static final Recipe RECIPE = new Recipe(2, Sgd.momentum(0.9, 5e-4), new LearningRate.Constant(0.1));

    private static DenseRun dense() {
        return new DenseRun(NETWORK, DATA, RECIPE, 64, 1, "cpu");
    }

    private static PrunedRun pruned() {
        return new PrunedRun(dense(), Han2015.LENET_300_100, RECIPE);
    }

    /** One variation for each component, by the component's name. */
    private static void assertEachComponentCounts(Experiment base, Map<String, ? extends Experiment> variations) {
        Set<String> components = new HashSet<>();
        for (var component : base.getClass().getRecordComponents()) {
            components.add(component.getName());
        }
        assertEquals(components, variations.keySet(), "every component has a variation");
        Set<RunId> ids = new HashSet<>(Set.of(base.id()));
        variations.forEach(
                (component, variation) -> assertTrue(ids.add(variation.id()), component + " does not enter the name"));
    }

    @Test
    void everyPartOfADenseRunCounts() {
        assertEachComponentCounts(dense(), Map.of(
                "network", new DenseRun(NetworkSpec.of("lenet-5-caffe"), DATA, RECIPE, 64, 1, "cpu"),
                "data",
                new DenseRun(NETWORK, new DataSpec("digits", "ab13", 100, Preprocessing.CAFFE_MNIST), RECIPE, 64, 1,
                        "cpu"),
                "recipe", new DenseRun(NETWORK, DATA, new Recipe(3, RECIPE.sgd(), RECIPE.rate()), 64, 1, "cpu"),
                "batch", new DenseRun(NETWORK, DATA, RECIPE, 65, 1, "cpu"),
                "seed", new DenseRun(NETWORK, DATA, RECIPE, 64, 2, "cpu"),
                "backend", new DenseRun(NETWORK, DATA, RECIPE, 64, 1, "reference")));
    }

    private static Recipe longer() {
        return new Recipe(4, Sgd.momentum(0.9, 0), RECIPE.rate());
    }

    @Test
    void everyPartOfAPrunedRunCounts() {
        assertEachComponentCounts(pruned(), Map.of(
                "dense",
                new PrunedRun(new DenseRun(NETWORK, DATA, RECIPE, 64, 2, "cpu"), Han2015.LENET_300_100, RECIPE),
                "method", new PrunedRun(dense(), Han2015.LENET_300_100.with(new Iterative(4)), RECIPE),
                "retrain", new PrunedRun(dense(), Han2015.LENET_300_100, longer(), RECIPE),
                "lastRetrain", new PrunedRun(dense(), Han2015.LENET_300_100, RECIPE, longer())));
    }

    /** A method that belongs elsewhere must not run as if it belonged here. */
    @Test
    void aMethodForAnotherTimeIsRefused() {
        PruningMethod han = Han2015.LENET_300_100;
        for (When when : List.of(When.BEFORE_TRAINING, When.DURING_TRAINING)) {
            PruningMethod other = new PruningMethod(
                    han.scorer(), han.granularity(), han.allocation(), han.schedule(), when);
            String message = assertThrows(
                    IllegalArgumentException.class, () -> new PrunedRun(dense(), other, RECIPE)).getMessage();
            assertTrue(message.contains(when.toString()), message);
        }
    }

    @Test
    void everyPartOfASensitivityScanCounts() {
        assertEachComponentCounts(new SensitivityRun(dense(), List.of(1.0, 0.5)), Map.of(
                "dense", new SensitivityRun(new DenseRun(NETWORK, DATA, RECIPE, 64, 2, "cpu"), List.of(1.0, 0.5)),
                "shares", new SensitivityRun(dense(), List.of(1.0, 0.25))));
    }

    @Test
    void everyPartOfTheDataCounts() {
        List<DataSpec> all = List.of(
                DATA,
                new DataSpec("mnist", "ab12", 100, Preprocessing.CAFFE_MNIST),
                new DataSpec("digits", "ab13", 100, Preprocessing.CAFFE_MNIST),
                new DataSpec("digits", "ab12", 101, Preprocessing.CAFFE_MNIST),
                new DataSpec("digits", "ab12", 100, Preprocessing.UNIT));
        Set<RunId> ids = new HashSet<>();
        all.forEach(data -> ids.add(new DenseRun(NETWORK, data, RECIPE, 64, 1, "cpu").id()));
        assertEquals(all.size(), ids.size());
    }

    @Test
    void equalExperimentsHaveOneRun() {
        assertEquals(pruned().id(), pruned().id());
        assertEquals(pruned().text(), pruned().text());
    }

    @Test
    void aNetworkThatIsDefinedOtherwiseIsNoted() {
        NetworkSpec other = new NetworkSpec("lenet-300-100", List.of("fc1 something else"));
        assertThrows(IllegalStateException.class, other::network);
        assertEquals("lenet-300-100", NETWORK.network().name());
    }

    @Test
    void parentsComeFirstAndOnce() {
        var scan = new SensitivityRun(dense(), List.of(0.5));
        assertEquals(List.of(dense(), pruned(), scan), Runner.inOrder(List.of(pruned(), scan, dense())));
    }

    /** 2 epochs of 100 images; 5 prune steps of as much. */
    @Test
    void imagesToTrainAreEpochsTimesImages() {
        assertEquals(200, dense().imagesToTrain());
        assertEquals(1000, pruned().imagesToTrain());
        // four steps of two epochs and a last one of four, 100 images each
        assertEquals(1200, new PrunedRun(dense(), Han2015.LENET_300_100, RECIPE, longer()).imagesToTrain());
    }
}
