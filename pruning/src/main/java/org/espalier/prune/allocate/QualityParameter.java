package org.espalier.prune.allocate;

import java.util.Arrays;
import org.espalier.prune.sparsity.Sparsity;

/** The quality parameter q of Han et al. 2015, section 3: weights below q standard deviations go. */
public final class QualityParameter {
    private QualityParameter() {}

    /** Population standard deviation around the mean; 0 for no values. */
    public static double deviation(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / Math.max(1, values.length);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / Math.max(1, values.length));
    }

    /**
     * The q for which exactly round(pn) of n weights have |w| at or above q times their deviation: the largest such q, up
     * to rounding. Where weights of the same magnitude stand on both sides of the cut, the rule keeps all of them.
     *
     * @param keptShare p in 0..1
     * @throws IllegalArgumentException if all weights are equal, so that no q parts them
     */
    public static double qForKept(double[] weights, double keptShare) {
        int kept = (int) Sparsity.ofKeptShare(keptShare, weights.length).kept();
        if (kept == weights.length) {
            return 0;
        }
        double sigma = deviation(weights);
        if (!(sigma > 0)) {
            throw new IllegalArgumentException("no quality parameter keeps " + kept + " of " + weights.length
                    + " weights whose standard deviation is " + sigma);
        }
        double[] magnitudes = Arrays.stream(weights).map(Math::abs).sorted().toArray();
        if (kept == 0) {
            double q = magnitudes[magnitudes.length - 1] / sigma;
            while (q * sigma <= magnitudes[magnitudes.length - 1]) {
                q = Math.nextUp(q);
            }
            return q;
        }
        double smallestKept = magnitudes[weights.length - kept];
        double q = smallestKept / sigma;
        while (q * sigma > smallestKept) { // the quotient was rounded up
            q = Math.nextDown(q);
        }
        return q;
    }
}
