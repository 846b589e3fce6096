package org.espalier.prune.schedule;

/**
 * Spreads pruning over steps. A value (best a record), so that a method that uses it can be compared and hashed.
 */
public interface Schedule {
    /** Number of prune steps, at least 1. */
    int steps();

    /**
     * The share that is kept after a step.
     *
     * @param finalShare the share kept in the end, 0..1
     * @param step counted from 1 to {@link #steps}; at the last step the result is {@code finalShare} itself
     */
    double keptShare(double finalShare, int step);

    /**
     * Checks the number of a step.
     *
     * @throws IllegalArgumentException if it lies outside 1..{@link #steps}
     */
    default int requireStep(int step) {
        if (step < 1 || step > steps()) {
            throw new IllegalArgumentException("there is no step " + step + "; " + this + " has steps 1 to " + steps());
        }
        return step;
    }
}
