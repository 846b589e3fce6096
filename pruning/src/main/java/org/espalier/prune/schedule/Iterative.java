package org.espalier.prune.schedule;

/**
 * Geometric steps: after step k of n the share p^(k/n) is kept, so that each step removes the same part of what is left.
 * Han et al. 2015 iterate without giving steps; five are usual here.
 *
 * @param steps n, at least 1
 */
public record Iterative(int steps) implements Schedule {
    public Iterative {
        if (steps < 1) {
            throw new IllegalArgumentException("a schedule needs at least 1 step, got " + steps);
        }
    }

    @Override
    public double keptShare(double finalShare, int step) {
        // StrictMath: counts must not depend on the machine; at the last step the power is 1 and exact
        return StrictMath.pow(finalShare, (double) requireStep(step) / steps);
    }
}
