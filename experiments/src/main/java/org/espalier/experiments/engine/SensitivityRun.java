package org.espalier.experiments.engine;

import java.util.List;
import java.util.Optional;

/**
 * Prunes each layer of a trained network alone, to each of some shares, and measures it on the test images without
 * retraining. It ends with no weights of its own.
 *
 * @param dense whose final weights are pruned
 * @param shares of weights kept
 */
public record SensitivityRun(DenseRun dense, List<Double> shares) implements Experiment {
    public SensitivityRun {
        shares = List.copyOf(shares);
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
    public long imagesToTrain() {
        return 0;
    }

    /** Points that it is made of: each share for each layer with weights. */
    int points() {
        return layers() * shares.size();
    }

    /** Times that a network is measured: for every point, but only once where nothing is pruned. */
    int evaluations() {
        int whole = Math.toIntExact(shares.stream().filter(share -> share == 1).count());
        return layers() * (shares.size() - whole) + Math.min(1, whole);
    }

    private int layers() {
        return dense.network().network().weightedNodes().size();
    }
}
