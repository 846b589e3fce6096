package org.espalier.nn.train;

/** Hears of training as it goes. All methods do nothing by default. */
public interface TrainingListener {
    /** After a step. */
    default void afterStep(Progress progress) {}

    /** After an epoch, with the mean loss and the accuracy over its batches. */
    default void afterEpoch(EpochResult result) {}

    /**
     * Where training stands.
     *
     * @param epoch from 0
     * @param stepInEpoch steps done in this epoch
     * @param samplesInEpoch samples seen in this epoch
     * @param meanLoss mean loss over this epoch so far
     * @param accuracy share of this epoch's samples classified rightly so far, while the weights were changing
     */
    record Progress(
            int epoch, int epochs, int stepInEpoch, int stepsPerEpoch, long samplesInEpoch, double meanLoss,
            double accuracy) {}

    /**
     * An epoch's figures.
     *
     * @param epoch from 0
     * @param meanLoss mean of the batches' losses, weighted by size
     * @param accuracy share of training samples classified rightly, while the weights were changing
     * @param rate learning rate of the last step
     */
    record EpochResult(int epoch, double meanLoss, double accuracy, double rate) {}
}
