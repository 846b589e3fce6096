package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SoftmaxCrossEntropyTest {

    private static final Workers ONE = new Workers(1);

    @Test
    void agreesWithDoubles() {
        for (int classes : new int[] {1, 2, 7, 8, 10, 64, 207}) {
            for (float smoothing : new float[] {0f, 0.1f}) {
                int rows = 13;
                float[] logits = Numbers.random(rows * classes, classes);
                for (int i = 0; i < rows * classes; i++) {
                    logits[i] *= 20;
                }
                int[] labels = new int[rows];
                Arrays.setAll(labels, r -> r * 5 % classes);
                double[] expected = new double[rows * classes];
                double[] losses = new double[rows];
                SoftmaxCrossEntropy.plain(rows, classes, logits, labels, smoothing, expected, losses);
                float[] probabilities = Numbers.blank(rows * classes);
                float[] actual = Numbers.blank(rows);
                float[] mean = new float[1];
                SoftmaxCrossEntropy.forward(ONE, rows, classes, logits, labels, smoothing, probabilities, actual, mean);
                close(expected, 1, classes, probabilities);
                close(losses, 40, classes, actual);
                assertEquals(Arrays.stream(losses).average().orElseThrow(), mean[0], 1e-4);

                float[] softmax = logits.clone();
                SoftmaxCrossEntropy.softmax(ONE, rows, classes, softmax, softmax);
                assertArrayEquals(probabilities, softmax);

                float[] gradient = Numbers.blank(rows * classes);
                SoftmaxCrossEntropy.gradient(ONE, rows, classes, probabilities, labels, smoothing, 0.25f, gradient);
                double[] slope = new double[rows * classes];
                for (int i = 0; i < slope.length; i++) {
                    double target = smoothing / classes + (labels[i / classes] == i % classes ? 1 - smoothing : 0);
                    slope[i] = 0.25 * (expected[i] - target);
                }
                close(slope, 1, classes, gradient);
            }
        }
    }

    private static void close(double[] expected, double scale, int terms, float[] actual) {
        double[] magnitude = new double[expected.length];
        Arrays.fill(magnitude, scale);
        Numbers.assertClose("classes " + terms, expected, magnitude, terms + 20, actual);
    }

    /** Two equal logits: 1/2 each, loss ln 2; large ones must not overflow. */
    @Test
    void byHand() {
        float[] p = new float[2];
        float[] loss = new float[1];
        float[] mean = new float[1];
        SoftmaxCrossEntropy.forward(ONE, 1, 2, new float[] {1000f, 1000f}, new int[] {1}, 0f, p, loss, mean);
        assertArrayEquals(new float[] {0.5f, 0.5f}, p);
        assertEquals((float) Math.log(2), loss[0]);
        SoftmaxCrossEntropy.forward(ONE, 1, 2, new float[] {0f, 1000f}, new int[] {0}, 0f, p, loss, mean);
        assertEquals(1000f, mean[0]);
        SoftmaxCrossEntropy.forward(ONE, 1, 2, new float[] {0f, Float.NaN}, new int[] {0}, 0f, p, loss, mean);
        assertTrue(Float.isNaN(mean[0]));
    }

    @Test
    void aLabelThatIsNoClassIsRefused() {
        float[] two = new float[2];
        var thrown = assertThrows(IllegalArgumentException.class,
                () -> SoftmaxCrossEntropy.forward(ONE, 1, 2, two, new int[] {2}, 0f, two, two, two));
        assertEquals("SoftmaxCrossEntropy: row 0 has label 2; 0 to 1 is expected", thrown.getMessage());
        thrown = assertThrows(IllegalArgumentException.class,
                () -> SoftmaxCrossEntropy.gradient(ONE, 1, 2, two, new int[] {-1}, 0f, 1f, two));
        assertEquals("SoftmaxCrossEntropy: row 0 has label -1; 0 to 1 is expected", thrown.getMessage());
    }
}
