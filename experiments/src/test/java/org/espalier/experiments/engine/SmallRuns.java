package org.espalier.experiments.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.data.digits.Digits;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.Han2015;
import org.espalier.prune.allocate.SameQuality;
import org.espalier.prune.schedule.Iterative;
import org.espalier.prune.schedule.Levels;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;

/** Experiments of a second or so, for tests; also a program of its own, to be killed. */
final class SmallRuns {
    static final String DENSE = "dense";
    static final String PRUNED = "pruned";
    static final String LEVELS = "levels";
    static final String SCAN = "scan";

    private static final int SCAN_SHARES = 40;

    private SmallRuns() {}

    /** 250 drawn digits to train on and 100 to test on. */
    static Dataset digits() {
        return Digits.draw(7, 250, 100);
    }

    static DenseRun dense(Dataset dataset, int epochs, double rate) {
        return new DenseRun(
                NetworkSpec.of("lenet-300-100"),
                DataSpec.of(dataset, 200, Preprocessing.CAFFE_MNIST),
                new Recipe(epochs, Sgd.momentum(0.9, 5e-4), new LearningRate.MultiStep(rate, 0.1, List.of(0.5))),
                16,
                3,
                "cpu");
    }

    /** Three prune steps with two epochs of retraining each. */
    static PrunedRun pruned(DenseRun dense) {
        return new PrunedRun(
                dense,
                Han2015.LENET_300_100.with(new Iterative(3)),
                new Recipe(2, Sgd.momentum(0.9, 5e-4), new LearningRate.Constant(0.01)));
    }

    /** A half, a quarter and a tenth, each retrained for an epoch. */
    static LevelsRun levels(DenseRun dense) {
        return new LevelsRun(dense, Han2015.method(new SameQuality(10)).with(new Levels(List.of(0.5, 0.25))),
                new Recipe(1, Sgd.momentum(0.9, 5e-4), new LearningRate.Constant(0.01)));
    }

    /** The experiment that is killed. */
    static PrunedRun killable(Dataset dataset) {
        return pruned(dense(dataset, 4, 0.1));
    }

    /** The same of a scan: {@value #SCAN_SHARES} shares of each of three layers, so that there is time to kill it. */
    static SensitivityRun killableScan(Dataset dataset) {
        List<Double> shares = IntStream.range(0, SCAN_SHARES).mapToObj(i -> 1 - (double) i / SCAN_SHARES).toList();
        return new SensitivityRun(killable(dataset).dense(), shares);
    }

    /** Completes the experiment to be killed: a folder of runs, and {@link #DENSE}, {@link #PRUNED}, {@link #LEVELS} or
     * {@link #SCAN}. */
    public static void main(String[] args) {
        Dataset dataset = digits();
        PrunedRun pruned = killable(dataset);
        Experiment experiment = switch (args[1]) {
            case DENSE -> pruned.dense();
            case PRUNED -> pruned;
            case LEVELS -> levels(pruned.dense());
            case SCAN -> killableScan(dataset);
            default -> throw new IllegalArgumentException(args[1]);
        };
        complete(Path.of(args[0]), dataset, experiment, line -> {
            System.out.println(line);
            System.out.flush();
        });
    }

    static void complete(Path runs, Dataset dataset, Experiment experiment, Consumer<String> told) {
        try (Backend backend = Backends.open("cpu")) {
            new Runner(RunStore.at(runs), backend, dataset, Duration.ofMillis(5), told).complete(List.of(experiment));
        }
    }
}
