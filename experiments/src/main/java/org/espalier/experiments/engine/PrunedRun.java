package org.espalier.experiments.engine;

import java.util.Optional;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.PruningMethod;

/**
 * Prunes the network that a dense run trained, step by step, and retrains it after each step with momentum from rest. Data,
 * batch size, seed and backend are the dense run's.
 *
 * @param dense what is pruned
 * @param method how
 * @param retrain the recipe after each step
 */
public record PrunedRun(DenseRun dense, PruningMethod method, Recipe retrain) implements TrainingRun {
    @Override
    public Optional<Experiment> parent() {
        return Optional.of(dense);
    }

    @Override
    public String prefix() {
        return dense.prefix() + "-pruned";
    }

    @Override
    public long imagesToTrain() {
        return (long) method.schedule().steps() * retrain.epochs() * dense.data().trainImages();
    }
}
