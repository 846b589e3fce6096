package org.espalier.experiments.engine;

import java.util.Optional;
import org.espalier.nn.train.Recipe;

/**
 * Trains a network from its initial weights.
 *
 * @param network what is trained
 * @param data on what
 * @param recipe how
 * @param batch images a step
 * @param seed key of initial weights, order of images and dropout
 * @param backend what computes, such as {@code cpu}: others may round otherwise
 */
public record DenseRun(NetworkSpec network, DataSpec data, Recipe recipe, int batch, long seed, String backend)
        implements
            TrainingRun {
    @Override
    public Optional<Experiment> parent() {
        return Optional.empty();
    }

    @Override
    public String prefix() {
        return data.dataset() + "-" + network.name() + "-s" + seed;
    }

    @Override
    public long imagesToTrain() {
        return (long) recipe.epochs() * data.trainImages();
    }
}
