package org.espalier.experiments.engine;

import java.util.List;
import java.util.Optional;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.LayerPart;

/**
 * The stages of a run: 0 trains from initial weights, each later one prunes and retrains. A prune step is one stage, or one
 * for each {@link LayerPart} where they take turns.
 */
final class Stages {
    /** The order in which they take turns. */
    static final List<LayerPart> PARTS = List.of(LayerPart.values());

    private Stages() {}

    static int first(TrainingRun experiment) {
        return switch (experiment) {
            case DenseRun _ -> 0;
            case PrunedRun _,TurnsRun _,LevelsRun _,FilePrunedRun _ -> 1;
        };
    }

    static int last(TrainingRun experiment) {
        return switch (experiment) {
            case DenseRun _ -> 0;
            case PrunedRun run -> run.method().schedule().steps();
            case TurnsRun run -> run.stages();
            case LevelsRun run -> run.method().schedule().steps();
            case FilePrunedRun run -> run.stages();
        };
    }

    static Recipe recipe(TrainingRun experiment, int stage) {
        return switch (experiment) {
            case DenseRun run -> run.recipe();
            case PrunedRun run -> run.retrain(stage);
            case TurnsRun run -> run.recipe(stage);
            case LevelsRun run -> run.retrain();
            case FilePrunedRun run -> run.recipe(stage);
        };
    }

    /** The layers that are pruned and retrained at a stage; empty for all. */
    static Optional<LayerPart> part(TrainingRun experiment, int stage) {
        boolean inTurns = experiment instanceof TurnsRun
                || experiment instanceof FilePrunedRun run && run.retraining().inParts();
        return inTurns
                ? Optional.of(PARTS.get((stage - 1) % PARTS.size()))
                : Optional.empty();
    }

    /** What the progress display calls it. */
    static String title(TrainingRun experiment, int stage) {
        String what = experiment.network().name() + " on " + experiment.data().dataset() + ", seed "
                + experiment.seed();
        return switch (experiment) {
            case DenseRun _ -> what + ", training";
            case PrunedRun run -> what + ", retraining " + stage + " of " + last(run);
            case TurnsRun run -> what + ", retraining " + stage + " of " + last(run)
                    + part(run, stage).map(part -> ", " + part.label()).orElse("");
            case LevelsRun run -> what + ", level " + stage + " of " + last(run);
            case FilePrunedRun run -> what + ", retraining " + run.title(stage);
        };
    }
}
