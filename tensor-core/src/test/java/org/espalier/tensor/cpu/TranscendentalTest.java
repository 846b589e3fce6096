package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class TranscendentalTest {

    private static final Workers ONE = new Workers(1);
    private static final int BLOCK = 1 << 12;
    /** Every so many floats, all signs and magnitudes, NaN and subnormals included; odd, so that low bits vary. */
    private static final int STEP = 4_093;

    private interface Kernel {
        void run(Workers workers, int n, float[] a, float[] out);
    }

    /** The largest error over all floats in steps, in ulps of the right float; special results must be equal. */
    private static double largestError(Kernel kernel, DoubleUnaryOperator exact) {
        double largest = 0;
        float[] x = new float[BLOCK];
        float[] y = new float[BLOCK];
        long bits = Integer.MIN_VALUE;
        while (bits <= Integer.MAX_VALUE) {
            int n = 0;
            for (; n < BLOCK && bits <= Integer.MAX_VALUE; n++, bits += STEP) {
                x[n] = Float.intBitsToFloat((int) bits);
            }
            kernel.run(ONE, n, x, y);
            for (int i = 0; i < n; i++) {
                double error = error(exact.applyAsDouble(x[i]), y[i]);
                assertTrue(error < 1e6, "f(" + x[i] + ") is " + y[i] + ", expected " + exact.applyAsDouble(x[i]));
                largest = Math.max(largest, error);
            }
        }
        return largest;
    }

    private static double error(double exact, float actual) {
        float nearest = (float) exact;
        if (Float.isNaN(nearest) || Float.isInfinite(nearest) || nearest == 0f) {
            boolean nearZero = nearest == 0f && Math.abs(actual) <= Float.MIN_VALUE;
            return Float.compare(nearest, actual) == 0 || nearZero ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(actual - exact) / Math.ulp(nearest);
    }

    @Test
    void expStaysWithinItsError() {
        assertWithin(Transcendental.EXP_ULPS, largestError(Transcendental::exp, StrictMath::exp));
    }

    @Test
    void logStaysWithinItsError() {
        assertWithin(Transcendental.LOG_ULPS, largestError(Transcendental::log, StrictMath::log));
    }

    @Test
    void tanhStaysWithinItsError() {
        assertWithin(Transcendental.TANH_ULPS, largestError(Transcendental::tanh, StrictMath::tanh));
    }

    private static void assertWithin(double bound, double error) {
        assertTrue(error <= bound, "largest error " + error + " ulp, stated " + bound);
        assertTrue(error > bound - 0.5, "largest error " + error + " ulp: the stated bound " + bound + " is loose");
    }

    @Test
    void specialValues() {
        float inf = Float.POSITIVE_INFINITY;
        float[] x = {0f, -0f, inf, -inf, Float.NaN, 1f, -1f};
        check(Transcendental::exp, x, new float[] {1f, 1f, inf, 0f, Float.NaN, (float) Math.E, (float) (1 / Math.E)});
        check(Transcendental::log, x, new float[] {-inf, -inf, inf, Float.NaN, Float.NaN, 0f, Float.NaN});
        check(Transcendental::tanh, new float[] {0f, -0f, inf, -inf, Float.NaN},
                new float[] {0f, -0f, 1f, -1f, Float.NaN});
    }

    private static void check(Kernel kernel, float[] x, float[] expected) {
        float[] y = new float[x.length + 1];
        y[x.length] = 42f;
        kernel.run(ONE, x.length, x, y);
        for (int i = 0; i < x.length; i++) {
            assertEquals(expected[i], y[i], "f(" + x[i] + ")");
        }
        assertEquals(42f, y[x.length], "wrote past the end");
    }

    @Test
    void tailsHaveTheBitsOfWholeVectors() {
        float[] x = Numbers.random(64, 1);
        for (Kernel kernel : new Kernel[] {Transcendental::exp, Transcendental::log, Transcendental::tanh}) {
            float[] whole = new float[64];
            kernel.run(ONE, 64, x, whole);
            for (int n = 0; n < 40; n++) {
                float[] part = new float[64];
                kernel.run(ONE, n, x, part);
                for (int i = 0; i < n; i++) {
                    assertEquals(whole[i], part[i]);
                }
            }
        }
    }
}
