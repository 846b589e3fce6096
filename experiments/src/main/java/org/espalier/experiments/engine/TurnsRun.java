package org.espalier.experiments.engine;

import java.util.Optional;
import org.espalier.nn.train.Recipe;

/**
 * The same as another run but that at each prune step the parts of the network take turns: fully connected layers are pruned
 * and retrained while the convolutions stay, and then the other way round (Han et al. 2015, section 3.4).
 *
 * @param of what is pruned, how, and how it is retrained; the recipe of a step is that of both its parts
 */
public record TurnsRun(PrunedRun of) implements TrainingRun, OfDenseRun {
    @Override
    public DenseRun dense() {
        return of.dense();
    }

    @Override
    public Optional<PrunedRun> pruned() {
        return Optional.of(of);
    }

    /** Prunings, each with a retraining. */
    int stages() {
        return of.method().schedule().steps() * Stages.PARTS.size();
    }

    /** The step that a stage, counted from 1, belongs to. */
    static int step(int stage) {
        return (stage - 1) / Stages.PARTS.size() + 1;
    }

    Recipe recipe(int stage) {
        return of.retrain(step(stage));
    }

    @Override
    public int batch() {
        return of.batch();
    }

    @Override
    public String prefix() {
        return of.prefix() + "-in-turns";
    }

    @Override
    public long imagesToTrain() {
        return Stages.PARTS.size() * of.imagesToTrain();
    }
}
