package org.espalier.experiments.engine;

import java.util.List;

/**
 * The scan of what a dense run trained, on the test images.
 *
 * @param dense whose final weights are pruned
 * @param shares of weights kept
 */
public record SensitivityRun(DenseRun dense, List<Double> shares) implements Scan, OfDenseRun {
    public SensitivityRun {
        shares = List.copyOf(shares);
    }

    @Override
    public String prefix() {
        return dense.prefix() + "-sensitivity";
    }

    @Override
    public int imagesToMeasure(int testImages) {
        return testImages;
    }
}
