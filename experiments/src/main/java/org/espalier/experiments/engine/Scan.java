package org.espalier.experiments.engine;

import java.util.List;

/**
 * Prunes each layer of a trained network alone, to each of some shares, and measures it without retraining. It ends with
 * no weights of its own.
 */
public sealed interface Scan extends Experiment permits SensitivityRun, FileSensitivityRun {
    /** Shares of weights kept. */
    List<Double> shares();

    /**
     * How many images it measures on.
     *
     * @param testImages that the data set has
     */
    int imagesToMeasure(int testImages);

    @Override
    default long imagesToTrain() {
        return 0;
    }

    /** Points that it is made of: each share for each layer with weights. */
    default int points() {
        return layers() * shares().size();
    }

    /** Times that a network is measured: for every point, but only once where nothing is pruned. */
    default int evaluations() {
        int whole = Math.toIntExact(shares().stream().filter(share -> share == 1).count());
        return layers() * (shares().size() - whole) + Math.min(1, whole);
    }

    private int layers() {
        return network().network().weightedNodes().size();
    }
}
