package org.espalier.prune;

import org.espalier.prune.allocate.Allocation;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.allocate.StdThreshold;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.schedule.Iterative;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Magnitude;

/**
 * Han, Pool, Tran and Dally 2015, "Learning both Weights and Connections for Efficient Neural Networks": small weights go,
 * the rest is retrained, and again. The paper gives no thresholds and no number of steps for the LeNets; these constants
 * take the kept shares it prints, in five steps.
 */
public final class Han2015 {
    /** Prune steps for the LeNets. */
    public static final int STEPS = 5;

    /** Table 2: keeps 21,776 of 266,200 weights. */
    public static final PruningMethod LENET_300_100 = method(KeepFractions.parse("fc1=0.08,fc2=0.09,fc3=0.26"));

    /** Table 3: keeps 36,280 of 430,500 weights. */
    public static final PruningMethod LENET_5 = method(KeepFractions.parse("conv1=0.66,conv2=0.12,fc1=0.08,fc2=0.19"));

    private Han2015() {}

    /** The paper's rule with the same quality parameter in every layer. */
    public static PruningMethod byThreshold(double q) {
        return method(new StdThreshold(q));
    }

    /** Magnitudes of single weights of a trained network, in five steps. */
    public static PruningMethod method(Allocation allocation) {
        return new PruningMethod(new Magnitude(), Granularity.WEIGHT, allocation, new Iterative(STEPS),
                When.AFTER_TRAINING);
    }
}
