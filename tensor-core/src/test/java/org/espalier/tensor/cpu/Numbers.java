package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.SplittableRandom;

/** Arrays for kernel tests, and what it means for results to agree. */
final class Numbers {

    /** Unit roundoff of a float: half an ulp of 1. */
    static final double EPS = 0x1p-24;
    /** Sizes that hit empty, single, tail, exact and several-block cases. */
    static final int[] SIZES = {0, 1, 7, 13, 64, 65, 207};
    /** Floats after the part of an array that a kernel may touch; it must neither read nor write them. */
    static final int MARGIN = 5;

    private Numbers() {}

    /** {@code count} values in [-1, 1), then a margin of NaN: arrays from a pool are longer than their shape. */
    static float[] random(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = blank(count);
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    /** {@code count} NaN: an output that must be written in full. */
    static float[] blank(int count) {
        float[] values = new float[count + MARGIN];
        java.util.Arrays.fill(values, Float.NaN);
        return values;
    }

    /**
     * Every value within {@code terms} roundings of the sum of absolute values: |actual - expected| <= (terms + 2) eps
     * magnitude.
     */
    static void assertClose(String what, double[] expected, double[] magnitude, int terms, float[] actual) {
        for (int i = 0; i < expected.length; i++) {
            double tolerance = (terms + 2) * EPS * magnitude[i] + Float.MIN_VALUE;
            if (!(Math.abs(expected[i] - actual[i]) <= tolerance)) {
                fail(what + ": element " + i + " is " + actual[i] + ", expected " + expected[i] + " +- " + tolerance);
            }
        }
        assertMarginUntouched(what, expected.length, actual);
    }

    static void assertMarginUntouched(String what, int count, float[] actual) {
        for (int i = count; i < count + MARGIN; i++) {
            assertTrue(Float.isNaN(actual[i]), what + ": wrote past the end, at " + i);
        }
    }
}
