package org.espalier.prune.allocate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityParameterTest {
    /** Quantiles of N(0,1) at the middles of equal steps: weights that are as Gaussian as a list can be. */
    private static final double[] GAUSSIAN = gaussian(100_000);

    private static double[] gaussian(int n) {
        NormalDistribution normal = new NormalDistribution();
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = normal.inverseCumulativeProbability((i + 0.5) / n);
        }
        return values;
    }

    /** The quality parameter of Gaussian weights, q = inverse Phi of (1 - p/2), for the percentages the paper prints. */
    @ParameterizedTest
    @CsvSource({
        "84, 0.2019", "66, 0.4399", "58, 0.5534", "53, 0.6280", "42, 0.8064", "38, 0.8779", "37, 0.8965", "36, 0.9154",
        "35, 0.9346", "34, 0.9542", "32, 0.9945", "29, 1.0581", "27, 1.1031", "26, 1.1264", "25, 1.1503", "24, 1.1750",
        "23, 1.2004", "22, 1.2265", "20, 1.2816", "19, 1.3106", "12, 1.5548", "10, 1.6449", "9, 1.6954", "8, 1.7507",
        "5, 1.9600", "4, 2.0537", "1, 2.5758"
    })
    void gaussianWeightsHaveTheTabulatedQ(double percent, double q) {
        assertEquals(q, new NormalDistribution().inverseCumulativeProbability(1 - percent / 200), 5e-5,
                "the table itself");
        assertEquals(q, QualityParameter.qForKept(GAUSSIAN, percent / 100), 1e-3);
    }

    @Test
    void deviationIsThePopulationsAroundTheMean() {
        assertEquals(2, QualityParameter.deviation(new double[] {-3, -1, 0, 1, 3}));
        double[] values = {1.5, -2, 7, 0.25, 3};
        assertEquals(new StandardDeviation(false).evaluate(values), QualityParameter.deviation(values), 1e-15);
        assertEquals(0, QualityParameter.deviation(new double[0]));
    }

    @Test
    void theRuleKeepsExactlyAsManyForEachShare() {
        Random random = new Random(11);
        double[] weights = random.doubles(257, -1, 2).toArray();
        double sigma = QualityParameter.deviation(weights);
        for (int kept = 0; kept <= weights.length; kept++) {
            double threshold = QualityParameter.qForKept(weights, (double) kept / weights.length) * sigma;
            assertEquals(kept, Arrays.stream(weights).filter(w -> Math.abs(w) >= threshold).count());
        }
    }

    @Test
    void equalWeightsCannotBeParted() {
        assertThrows(IllegalArgumentException.class, () -> QualityParameter.qForKept(new double[] {2, 2}, 0.5));
        assertEquals(0, QualityParameter.qForKept(new double[] {2, 2}, 1));
    }
}
