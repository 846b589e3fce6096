package org.espalier.prune.schedule;

import java.util.List;

/**
 * Steps to given shares. They are of the whole network, so they fit allocations that ask for a share of it, such as
 * {@link org.espalier.prune.allocate.SameQuality}.
 *
 * @param before the share kept after each step but the last, each in 0..1 and below the one before; after the last step it is
 *     the share that is kept in the end
 */
public record Levels(List<Double> before) implements Schedule {
    public Levels {
        before = List.copyOf(before);
        double left = 1;
        for (double share : before) {
            if (!(share >= 0 && share <= left)) {
                throw new IllegalArgumentException("levels keep shares in 0..1, none more than the one before; got "
                        + before);
            }
            left = share;
        }
    }

    @Override
    public int steps() {
        return before.size() + 1;
    }

    /** @throws IllegalArgumentException if more is to be kept in the end than at the step before */
    @Override
    public double keptShare(double finalShare, int step) {
        if (!before.isEmpty() && finalShare > before.getLast()) {
            throw new IllegalArgumentException("levels " + before + " cannot end with a share of " + finalShare);
        }
        return requireStep(step) == steps() ? finalShare : before.get(step - 1);
    }
}
