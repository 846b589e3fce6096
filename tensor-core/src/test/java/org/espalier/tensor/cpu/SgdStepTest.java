package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SgdStepTest {

    private static final Workers ONE = new Workers(1);

    /**
     * d = 2 + 0.5 * 4 = 4; v = 0.5 * 8 + 4 = 8; w = 4 - 0.25 * 8 = 2; Nesterov: 4 - 0.25 * (4 + 0.5 * 8) = 2; second:
     * -1, see below.
     */
    @Test
    void byHand() {
        float[] w = {4, 4};
        float[] v = {8, 16};
        float[] g = {2, 2};
        new SgdStep(0.25f, 0.5f, 0.5f, 0f, false).apply(ONE, 2, w, v, g, null);
        assertArrayEquals(new float[] {8, 12}, v);
        assertArrayEquals(new float[] {2, 1}, w);
        w = new float[] {4, -4};
        v = new float[] {8, 16};
        // d = {2 + 2 + 1, 2 - 2 - 1} = {5, -1}, v = {9, 7}, w -= 0.25 {5 + 4.5, -1 + 3.5}
        new SgdStep(0.25f, 0.5f, 0.5f, 1f, true).apply(ONE, 2, w, v, g, null);
        assertArrayEquals(new float[] {9, 7}, v);
        assertArrayEquals(new float[] {4 - 0.25f * 9.5f, -4 - 0.25f * 2.5f}, w);
    }

    @Test
    void lanesEqualThePlainLoopBitForBit() {
        for (int n : Numbers.SIZES) {
            for (SgdStep step : new SgdStep[] {new SgdStep(0.1f, 0.9f, 5e-4f, 0f, false),
                new SgdStep(0.1f, 0.9f, 5e-4f, 1e-3f, true)}) {
                float[] mask = Numbers.random(n, 4);
                for (int i = 0; i < n; i++) {
                    mask[i] = mask[i] > 0 ? 1f : 0f;
                }
                for (float[] m : new float[][] {mask, null}) {
                    float[] w = Numbers.random(n, 1);
                    float[] v = Numbers.random(n, 2);
                    float[] g = Numbers.random(n, 3);
                    float[] plainW = w.clone();
                    float[] plainV = v.clone();
                    step.apply(ONE, n, w, v, g, m);
                    step.plain(0, n, plainW, plainV, g, m);
                    assertArrayEquals(plainW, w);
                    assertArrayEquals(plainV, v);
                }
            }
        }
    }

    @Test
    void removedWeightsStayPlusZeroWhateverTheGradient() {
        int n = 21;
        float[] w = Numbers.random(n, 1);
        float[] v = Numbers.random(n, 2);
        float[] g = Numbers.random(n, 3);
        g[2] = Float.NaN;
        g[20] = Float.POSITIVE_INFINITY;
        float[] mask = new float[n];
        mask[1] = 1f;
        float kept = w[1];
        new SgdStep(0.1f, 0.9f, 0.1f, 0.1f, true).apply(ONE, n, w, v, g, mask);
        for (int i = 0; i < n; i++) {
            if (i == 1) {
                assertEquals(true, w[1] != kept && v[1] != 0f);
            } else {
                assertEquals(0, Float.floatToRawIntBits(w[i]), "weight " + i);
                assertEquals(0, Float.floatToRawIntBits(v[i]), "velocity " + i);
            }
        }
    }
}
