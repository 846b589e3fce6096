package org.espalier.data.digits;

import java.util.SplittableRandom;
import org.espalier.data.ImageSet;
import org.espalier.data.PixelTable;
import org.espalier.data.Preprocessing;

/** The linear model of the bound: softmax regression by stochastic gradient descent, a sample at a time. */
final class SoftmaxRegression {
    private SoftmaxRegression() {}

    /** Trains on one set, the step falling linearly to zero, and gives the share of the other that it gets right. */
    static double accuracy(ImageSet train, ImageSet test, int epochs) {
        int size = train.sampleShape().size();
        int classes = train.classes();
        float[][] weights = new float[classes][size + 1];
        PixelTable table = Preprocessing.UNIT.table(1);
        float[] x = new float[size + 1];
        x[size] = 1;
        double[] p = new double[classes];
        SplittableRandom random = new SplittableRandom(1);
        long steps = (long) epochs * train.count();
        for (long step = 0; step < steps; step++) {
            int image = random.nextInt(train.count());
            train.decode(image, table, x, 0);
            softmax(weights, x, p);
            float rate = 0.01f * (1 - (float) step / steps);
            for (int c = 0; c < classes; c++) {
                float g = rate * (float) (p[c] - (c == train.label(image) ? 1 : 0));
                float[] w = weights[c];
                for (int i = 0; i <= size; i++) {
                    w[i] -= g * x[i];
                }
            }
        }
        int right = 0;
        for (int image = 0; image < test.count(); image++) {
            test.decode(image, table, x, 0);
            softmax(weights, x, p);
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = p[c] > p[best] ? c : best;
            }
            right += best == test.label(image) ? 1 : 0;
        }
        return (double) right / test.count();
    }

    private static void softmax(float[][] weights, float[] x, double[] p) {
        double total = 0;
        for (int c = 0; c < p.length; c++) {
            float[] w = weights[c];
            float a = 0;
            float b = 0;
            float d = 0;
            float e = 0;
            int i = 0;
            for (; i + 3 < w.length; i += 4) {
                a += w[i] * x[i];
                b += w[i + 1] * x[i + 1];
                d += w[i + 2] * x[i + 2];
                e += w[i + 3] * x[i + 3];
            }
            for (; i < w.length; i++) {
                a += w[i] * x[i];
            }
            p[c] = Math.exp(a + b + d + e);
            total += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= total;
        }
    }
}
