package org.espalier.experiments.engine;

import org.espalier.nn.train.Recipe;

/** The stages of a run: 0 trains from initial weights, k prunes for the k-th time and retrains. */
final class Stages {
    private Stages() {}

    static int first(TrainingRun experiment) {
        return switch (experiment) {
            case DenseRun _ -> 0;
            case PrunedRun _ -> 1;
        };
    }

    static int last(TrainingRun experiment) {
        return switch (experiment) {
            case DenseRun _ -> 0;
            case PrunedRun run -> run.method().schedule().steps();
        };
    }

    static Recipe recipe(TrainingRun experiment, int stage) {
        return switch (experiment) {
            case DenseRun run -> run.recipe();
            case PrunedRun run -> run.retrain(stage);
        };
    }

    /** What the progress display calls it. */
    static String title(TrainingRun experiment, int stage) {
        DenseRun dense = experiment.dense();
        String what = dense.network().name() + " on " + dense.data().dataset() + ", seed " + dense.seed();
        return switch (experiment) {
            case DenseRun _ -> what + ", training";
            case PrunedRun run -> what + ", retraining " + stage + " of " + last(run);
        };
    }
}
