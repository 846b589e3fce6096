package org.espalier.bench.measure;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * What the rounds of a contest gave.
 *
 * @param contest what was done
 * @param ours seconds a call, round by round
 * @param theirs the same of the peer
 */
public record Outcome(Contest contest, List<Double> ours, List<Double> theirs) {
    public Outcome {
        ours = List.copyOf(ours);
        theirs = List.copyOf(theirs);
        if (ours.size() != theirs.size() || ours.isEmpty()) {
            throw new IllegalArgumentException(
                    "a contest needs as many rounds of each side, and at least one; got " + ours.size() + " and "
                            + theirs.size());
        }
    }

    /** Median seconds a call. */
    public double ourSeconds() {
        return quantile(ours, 50);
    }

    /** Median seconds a call. */
    public double theirSeconds() {
        return quantile(theirs, 50);
    }

    /** How many times as fast as the peer we are: the median of the rounds' ratios. */
    public double ratio() {
        return quantile(ratios(), 50);
    }

    /** A quarter of the rounds have a lower ratio. */
    public double lowerQuartile() {
        return quantile(ratios(), 25);
    }

    /** A quarter of the rounds have a higher ratio. */
    public double upperQuartile() {
        return quantile(ratios(), 75);
    }

    private List<Double> ratios() {
        return java.util.stream.IntStream.range(0, ours.size()).mapToObj(i -> theirs.get(i) / ours.get(i)).toList();
    }

    private static double quantile(List<Double> values, double percent) {
        return new Percentile().withEstimationType(Percentile.EstimationType.R_7)
                .evaluate(values.stream().mapToDouble(Double::doubleValue).toArray(), percent);
    }
}
