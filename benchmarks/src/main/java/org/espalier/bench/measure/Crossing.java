package org.espalier.bench.measure;

import java.util.List;

/**
 * Up to which share of kept weights sparse work is faster than dense, from ratios measured at some shares. The time of
 * sparse work grows in a straight line with what is kept, that of dense work does not change: so what is drawn as a line
 * between two measured shares is the inverse of the ratio.
 *
 * @param kept shares of kept weights, ascending, 0 to 1
 * @param ratios dense time / sparse time at each; above 1 the sparse side wins
 */
public record Crossing(List<Double> kept, List<Double> ratios) {
    /** @throws IllegalArgumentException if there is nothing, not one ratio for each share, or the shares do not ascend */
    public Crossing {
        kept = List.copyOf(kept);
        ratios = List.copyOf(ratios);
        if (kept.isEmpty() || kept.size() != ratios.size()) {
            throw new IllegalArgumentException(
                    kept.size() + " shares and " + ratios.size()
                            + " ratios; expected one or more, and as many of both");
        }
        for (int i = 1; i < kept.size(); i++) {
            if (!(kept.get(i) > kept.get(i - 1))) {
                throw new IllegalArgumentException("shares " + kept + "; expected ascending ones");
            }
        }
    }

    /** Whether the sparse side wins at every share measured, so that {@link #share} is but the largest of them. */
    public boolean alwaysWins() {
        return ratios.stream().allMatch(ratio -> ratio >= 1);
    }

    /** The share of kept weights up to which the sparse side wins; 0 if it loses at the smallest share already. */
    public double share() {
        if (ratios.getFirst() < 1) {
            return 0;
        }
        for (int i = 1; i < kept.size(); i++) {
            if (ratios.get(i) < 1) {
                double before = 1 / ratios.get(i - 1);
                double after = 1 / ratios.get(i);
                return kept.get(i - 1) + (kept.get(i) - kept.get(i - 1)) * (1 - before) / (after - before);
            }
        }
        return kept.getLast();
    }
}
