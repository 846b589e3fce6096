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
 */
public record Recipe(int epochs, Sgd sgd, LearningRate rate, double labelSmoothing) {
    public Recipe {
        if (epochs < 0) {
            throw new IllegalArgumentException("a recipe needs at least 0 epochs, got " + epochs);
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("a recipe needs a label smoothing in [0, 1), got " + labelSmoothing);
        }
    }

    /** Without label smoothing. */
    public Recipe(int epochs, Sgd sgd, LearningRate rate) {
        this(epochs, sgd, rate, 0);
    }
}
