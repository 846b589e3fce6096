package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class SplitMix64Test {
    @Test
    void givesThePublishedSequence() {
        SplitMix64 random = new SplitMix64(1234567);
        assertEquals(6457827717110365317L, random.next());
        assertEquals(3203168211198807973L, random.next());
        assertEquals(Long.parseUnsignedLong("9817491932198370423"), random.next());
    }

    @Test
    void agreesWithTheJdk() {
        SplittableRandom jdk = new SplittableRandom(-5);
        SplitMix64 random = new SplitMix64(-5);
        for (int i = 0; i < 1000; i++) {
            assertEquals(jdk.nextLong(), random.next());
        }
    }

    @Test
    void bellHasMeanZeroAndDeviationOne() {
        SummaryStatistics statistics = new SummaryStatistics();
        SplitMix64 random = new SplitMix64(3);
        for (int i = 0; i < 100_000; i++) {
            statistics.addValue(random.bell());
        }
        assertEquals(0, statistics.getMean(), 0.015);                   // about 5 standard errors
        assertEquals(1, statistics.getStandardDeviation(), 0.015);
        assertTrue(statistics.getMax() <= 2 * Math.sqrt(3) && statistics.getMin() >= -2 * Math.sqrt(3));
    }

    @Test
    void belowIsUniformAndStreamsDiffer() {
        long[] counts = new long[7];
        for (int stream = 0; stream < 70_000; stream++) {
            counts[SplitMix64.stream(9, stream).below(7)]++;
        }
        double[] expected = {1, 1, 1, 1, 1, 1, 1};
        assertTrue(new ChiSquareTest().chiSquareTest(expected, counts) > 0.001,
                "not uniform: " + Arrays.toString(counts));
    }
}
