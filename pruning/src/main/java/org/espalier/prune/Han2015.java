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
 * the rest is retrained, and again. The paper gives no thresholds, and steps only for VGG-16, five; these constants take
 * the kept shares it prints, in five steps.
 */
public final class Han2015 {
    /** Prune steps. */
    public static final int STEPS = 5;

    /** Table 2: keeps 21,776 of 266,200 weights. */
    public static final PruningMethod LENET_300_100 = method(KeepFractions.parse("fc1=0.08,fc2=0.09,fc3=0.26"));

    /** Table 3: keeps 36,280 of 430,500 weights. */
    public static final PruningMethod LENET_5 = method(KeepFractions.parse("conv1=0.66,conv2=0.12,fc1=0.08,fc2=0.19"));

    /** Table 4: keeps 6,796,191 of 60,954,656 weights. */
    public static final PruningMethod ALEXNET = method(KeepFractions.parse(
            "conv1=0.84,conv2=0.38,conv3=0.35,conv4=0.37,conv5=0.37,fc6=0.09,fc7=0.09,fc8=0.25"));

    /** Table 5: keeps 10,532,393 of 138,344,128 weights. The layers have torchvision's names. */
    public static final PruningMethod VGG_16 = method(KeepFractions.parse("features.0=0.58,features.2=0.22,"
            + "features.5=0.34,features.7=0.36,features.10=0.53,features.12=0.24,features.14=0.42,"
            + "features.17=0.32,features.19=0.27,features.21=0.34,features.24=0.35,features.26=0.29,features.28=0.36,"
            + "classifier.0=0.04,classifier.3=0.04,classifier.6=0.23"));

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
