package org.espalier.prune;

import org.espalier.prune.allocate.Allocation;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.schedule.Schedule;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Scorer;

/**
 * How to prune, as a value. A paper's method is a constant of this type; its name is a label for tables and steers
 * nothing.
 *
 * @param scorer what a weight is worth
 * @param granularity what goes as one
 * @param allocation how much each layer keeps
 * @param schedule in how many steps
 * @param when before, during or after training
 */
public record PruningMethod(Scorer scorer, Granularity granularity, Allocation allocation, Schedule schedule,
        When when) {
    /** The same with another allocation, such as other shares. */
    public PruningMethod with(Allocation other) {
        return new PruningMethod(scorer, granularity, other, schedule, when);
    }

    /** The same with another schedule. */
    public PruningMethod with(Schedule other) {
        return new PruningMethod(scorer, granularity, allocation, other, when);
    }
}
