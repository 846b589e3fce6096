package org.espalier.experiments.engine;

import java.util.List;
import java.util.Optional;

/**
 * The scan of what a dense run trained, on the test images.
 *
 * @param dense whose final weights are pruned
 * @param shares of weights kept
 */
public record SensitivityRun(DenseRun dense, List<Double> shares) implements Scan {
    public SensitivityRun {
        shares = List.copyOf(shares);
    }

    @Override
    public NetworkSpec network() {
        return dense.network();
    }

    @Override
    public DataSpec data() {
        return dense.data();
    }

    @Override
    public long seed() {
        return dense.seed();
    }

    @Override
    public String backend() {
        return dense.backend();
    }

    @Override
    public Optional<Experiment> parent() {
        return Optional.of(dense);
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
