package org.espalier.nn.train;

import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;

/**
 * How a model is trained, apart from the data.
 *
 * @param epochs passes over the training data
 * @param sgd the update rule
 * @param rate the learning rate over training
 * @param labelSmoothing share of the target spread over all classes; 0 for none
 * @param accumulated batches whose gradients are averaged, image by image, for one update; fewer at an epoch's end. A step
 *     of {@link LearningRate} is such an update. Batch norm sees each batch alone
 */
public record Recipe(int epochs, Sgd sgd, LearningRate rate, double labelSmoothing, int accumulated) {
    public Recipe {
        if (epochs < 0) {
            throw new IllegalArgumentException("a recipe needs at least 0 epochs, got " + epochs);
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("a recipe needs a label smoothing in [0, 1), got " + labelSmoothing);
        }
        if (accumulated < 1) {
            throw new IllegalArgumentException("an update takes at least 1 batch, got " + accumulated);
        }
    }

    /** Without label smoothing, an update for each batch. */
    public Recipe(int epochs, Sgd sgd, LearningRate rate) {
        this(epochs, sgd, rate, 0, 1);
    }

    /** The same over another number of epochs. */
    public Recipe withEpochs(int count) {
        return new Recipe(count, sgd, rate, labelSmoothing, accumulated);
    }

    /** The same with another number of batches an update. */
    public Recipe accumulating(int batches) {
        return new Recipe(epochs, sgd, rate, labelSmoothing, batches);
    }
}
