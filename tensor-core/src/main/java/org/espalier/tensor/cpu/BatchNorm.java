package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of x (images, channels, area): each channel is brought to mean 0 and
 * variance 1 over images and positions, then scaled by gamma and shifted by beta. The variance is the biased one
 * (divided by the count). A task takes one channel.
 */
public final class BatchNorm {

    private static final double COST = 16;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private BatchNorm() {}

    /**
     * Training: y, and for each channel the mean, the variance and 1 / sqrt(variance + epsilon) of this batch. Two
     * passes over x, so that a mean that is large beside the deviation costs no digits.
     */
    public static void forward(Workers workers, int images, int channels, int area, float[] x, float[] gamma,
            float[] beta, float epsilon,
            float[] y, float[] mean, float[] variance, float[] inverseDeviation) {
        double count = (double) images * area;
        workers.parallel(channels, count * channels * COST, c -> {
            double sum = 0;
            for (int n = 0; n < images; n++) {
                sum += Reductions.sum(x, (n * channels + c) * area, area);
            }
            float m = (float) (sum / count);
            double squares = 0;
            for (int n = 0; n < images; n++) {
                squares += sumOfSquares(x, (n * channels + c) * area, area, m);
            }
            mean[c] = m;
            variance[c] = (float) (squares / count);
            inverseDeviation[c] = (float) (1 / Math.sqrt(squares / count + epsilon));
            float scale = gamma[c] * inverseDeviation[c];
            for (int n = 0; n < images; n++) {
                int from = (n * channels + c) * area;
                for (int i = from; i < from + area; i++) {
                    y[i] = Math.fma(x[i] - m, scale, beta[c]);
                }
            }
        });
    }

    private static float sumOfSquares(float[] x, int x0, int count, float mean) {
        float[] lanes = Scratch.mine().lanes;
        FloatVector sums = FloatVector.zero(S);
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            FloatVector d = FloatVector.fromArray(S, x, x0 + i).sub(mean);
            sums = d.fma(d, sums);
        }
        sums.intoArray(lanes, 0);
        float sum = Lanes.sum(lanes);
        for (; i < count; i++) {
            float d = x[x0 + i] - mean;
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    /**
     * The gradients of {@link #forward} by x, gamma and beta, from its mean and inverse deviation. With h the
     * normalised x and M elements in a channel: dbeta = sum dy, dgamma = sum dy h, dx = gamma / deviation (dy - dbeta /
     * M - h dgamma / M).
     */
    public static void backward(Workers workers, int images, int channels, int area, float[] x, float[] gamma,
            float[] mean,
            float[] inverseDeviation, float[] dy, float[] dx, float[] dgamma, float[] dbeta) {
        double count = (double) images * area;
        workers.parallel(channels, count * channels * COST, c -> {
            double sum = 0;
            double product = 0;
            for (int n = 0; n < images; n++) {
                int from = (n * channels + c) * area;
                sum += Reductions.sum(dy, from, area);
                product += sumOfProducts(dy, x, from, area, mean[c]);
            }
            dbeta[c] = (float) sum;
            dgamma[c] = (float) (product * inverseDeviation[c]);
            float scale = gamma[c] * inverseDeviation[c];
            float dyMean = (float) (sum / count);
            float slope = (float) (product * inverseDeviation[c] * inverseDeviation[c] / count);
            for (int n = 0; n < images; n++) {
                int from = (n * channels + c) * area;
                for (int i = from; i < from + area; i++) {
                    dx[i] = scale * Math.fma(mean[c] - x[i], slope, dy[i] - dyMean);
                }
            }
        });
    }

    /** The sum of dy (x - mean). */
    private static float sumOfProducts(float[] dy, float[] x, int from, int count, float mean) {
        float[] lanes = Scratch.mine().lanes;
        FloatVector sums = FloatVector.zero(S);
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            sums = FloatVector.fromArray(S, x, from + i).sub(mean).fma(FloatVector.fromArray(S, dy, from + i), sums);
        }
        sums.intoArray(lanes, 0);
        float sum = Lanes.sum(lanes);
        for (; i < count; i++) {
            sum = Math.fma(x[from + i] - mean, dy[from + i], sum);
        }
        return sum;
    }

    /** Inference: y by the mean and variance given. */
    public static void inference(Workers workers, int images, int channels, int area, float[] x, float[] gamma,
            float[] beta, float[] mean,
            float[] variance, float epsilon, float[] y) {
        Chunks.rows(workers, images * channels, area, 8, (from, end) -> {
            for (int plane = from; plane < end; plane++) {
                int c = plane % channels;
                float scale = gamma[c] * (float) (1 / Math.sqrt((double) variance[c] + epsilon));
                for (int i = plane * area; i < (plane + 1) * area; i++) {
                    y[i] = Math.fma(x[i] - mean[c], scale, beta[c]);
                }
            }
        });
    }
}
