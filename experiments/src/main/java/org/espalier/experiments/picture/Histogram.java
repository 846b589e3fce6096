package org.espalier.experiments.picture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many values lie in each of some equal bins from {@code -limit} to {@code limit}.
 *
 * @param name of what was counted
 * @param limit half of the range
 * @param counts one a bin
 */
public record Histogram(String name, double limit, List<Long> counts) {
    public Histogram {
        counts = List.copyOf(counts);
    }

    /**
     * Counts values. One at the upper end of the range belongs to the last bin.
     *
     * @throws IllegalArgumentException if a value lies outside the range
     */
    public static Histogram of(String name, double[] values, double limit, int bins) {
        long[] counts = new long[bins];
        for (double value : values) {
            if (!(Math.abs(value) <= limit)) {
                throw new IllegalArgumentException(
                        "a histogram from -" + limit + " to " + limit + " can't hold " + value);
            }
            counts[Math.min(bins - 1, (int) ((value + limit) / (2 * limit) * bins))]++;
        }
        return new Histogram(name, limit, Arrays.stream(counts).boxed().toList());
    }

    /** The middle of each bin. */
    public List<Double> centres() {
        List<Double> centres = new ArrayList<>();
        for (int bin = 0; bin < counts.size(); bin++) {
            centres.add(-limit + (2 * bin + 1) * limit / counts.size());
        }
        return centres;
    }
}
