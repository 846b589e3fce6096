package org.espalier.experiments.engine;

import java.util.Optional;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.schedule.When;

/**
 * Prunes the network that a dense run trained, step by step, and retrains it after each step with momentum from rest. Data,
 * batch size, seed and backend are the dense run's.
 *
 * @param dense what is pruned
 * @param method how
 * @param retrain the recipe after each step but the last
 * @param lastRetrain the recipe after the last step
 */
public record PrunedRun(DenseRun dense, PruningMethod method, Recipe retrain, Recipe lastRetrain)
        implements
            TrainingRun,
            OfDenseRun {
    /**
     * @throws IllegalArgumentException if the method prunes at another time than after training: this run could only ignore
     *     that
     */
    public PrunedRun {
        if (method.when() != When.AFTER_TRAINING) {
            throw new IllegalArgumentException("a run that prunes a trained network can't prune " + method.when());
        }
    }

    /** The same recipe after every step. */
    public PrunedRun(DenseRun dense, PruningMethod method, Recipe retrain) {
        this(dense, method, retrain, retrain);
    }

    /** The recipe after a step, counted from 1. */
    public Recipe retrain(int step) {
        return step == method.schedule().steps() ? lastRetrain : retrain;
    }

    @Override
    public Optional<PrunedRun> pruned() {
        return Optional.of(this);
    }

    @Override
    public int batch() {
        return dense.batch();
    }

    @Override
    public String prefix() {
        return dense.prefix() + "-pruned";
    }

    @Override
    public long imagesToTrain() {
        long epochs = (method.schedule().steps() - 1L) * retrain.epochs() + lastRetrain.epochs();
        return epochs * dense.data().trainImages();
    }
}
