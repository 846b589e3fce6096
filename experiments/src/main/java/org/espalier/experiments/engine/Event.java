package org.espalier.experiments.engine;

/** A line of a run's events. Equal runs have equal events: no times stand in them. */
sealed interface Event {
    /**
     * The end of an epoch.
     *
     * @param event {@code epoch}
     * @param step the prune step that is retrained, from 1; 0 for the dense training
     * @param epoch from 1 within the step
     * @param loss mean over the epoch's batches
     * @param trainAccuracy share of training images classified rightly while the weights were changing
     * @param rate learning rate of the last step
     * @param testAccuracy share of the test images classified rightly, for curves alone
     * @param testLoss mean cross-entropy on the test images
     */
    record Epoch(
            String event,
            int step,
            int epoch,
            double loss,
            double trainAccuracy,
            double rate,
            double testAccuracy,
            double testLoss)
            implements
                Event {}

    /**
     * What the weights of a file are like before anything is pruned.
     *
     * @param event {@code before}
     * @param testAccuracy share of the test images classified rightly
     */
    record Before(String event, double testAccuracy) implements Event {}

    /**
     * A prune step, before its retraining.
     *
     * @param event {@code prune}
     * @param step from 1; where parts of the network take turns, each counts
     * @param kept weights left
     * @param weights all weights
     * @param testAccuracy right after the prune
     * @param layers what each layer keeps
     */
    record Prune(String event, int step, long kept, long weights, double testAccuracy, java.util.List<Layer> layers)
            implements
                Event {}

    /**
     * A layer right after a prune step.
     *
     * @param threshold the magnitude it was cut at; infinite if nothing is left
     * @param deviation of the weights that were left before the step
     */
    record Layer(String name, long kept, long weights, double threshold, double deviation) {}

    /**
     * A point of a sensitivity scan.
     *
     * @param event {@code point}
     * @param point what was found
     */
    record Point(String event, SensitivityPoint point) implements Event {}
}
