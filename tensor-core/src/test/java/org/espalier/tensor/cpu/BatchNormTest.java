package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchNormTest {

    private static final Workers TWO = new Workers(2);
    private static final double EPSILON = 1e-5;

    private int images;
    private int channels;
    private int area;
    private int size;

    private int channel(int i) {
        return i / area % channels;
    }

    private double[] channelMeans(double[] values) {
        double[] sums = new double[channels];
        for (int i = 0; i < size; i++) {
            sums[channel(i)] += values[i] / (images * area);
        }
        return sums;
    }

    /** y by its definition, in double. */
    private double[] forward(double[] x, double[] gamma, double[] beta) {
        double[] mean = channelMeans(x);
        double[] squares = new double[size];
        Arrays.setAll(squares, i -> Math.pow(x[i] - mean[channel(i)], 2));
        double[] variance = channelMeans(squares);
        double[] y = new double[size];
        Arrays.setAll(y, i -> gamma[channel(i)] * (x[i] - mean[channel(i)]) / Math.sqrt(variance[channel(i)] + EPSILON)
                + beta[channel(i)]);
        return y;
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 49", "64, 5, 1", "7, 1, 64", "3, 4, 13"})
    void forwardAndBackwardAgreeWithTheDefinition(int images, int channels, int area) {
        this.images = images;
        this.channels = channels;
        this.area = area;
        size = images * channels * area;
        check();
    }

    private void check() {
        // a mean of 100 beside a deviation below 1: a one-pass variance would lose its digits
        float[] x = Numbers.random(size, 1);
        for (int i = 0; i < size; i++) {
            x[i] += 100;
        }
        float[] gamma = Numbers.random(channels, 2);
        float[] beta = Numbers.random(channels, 3);
        float[] y = Numbers.blank(size);
        float[] mean = Numbers.blank(channels);
        float[] variance = Numbers.blank(channels);
        float[] inverse = Numbers.blank(channels);
        BatchNorm.forward(TWO, images, channels, area, x, gamma, beta, (float) EPSILON, y, mean, variance, inverse);
        double[] expected = forward(doubles(x), doubles(gamma), doubles(beta));
        for (int i = 0; i < size; i++) {
            assertEquals(expected[i], y[i], 2e-4, "y " + i);
        }
        Numbers.assertMarginUntouched("y", size, y);
        float[] inferred = Numbers.blank(size);
        BatchNorm.inference(TWO, images, channels, area, x, gamma, beta, mean, variance, (float) EPSILON, inferred);
        for (int i = 0; i < size; i++) {
            assertEquals(y[i], inferred[i], 1e-5, "inference " + i);
        }
        checkGradients(x, gamma, beta, mean, inverse);
    }

    /** Against central differences of the loss sum w y in double. */
    private void checkGradients(float[] x, float[] gamma, float[] beta, float[] mean, float[] inverse) {
        float[] dy = Numbers.random(size, 4);
        float[] dx = Numbers.blank(size);
        float[] dgamma = Numbers.blank(channels);
        float[] dbeta = Numbers.blank(channels);
        BatchNorm.backward(TWO, images, channels, area, x, gamma, mean, inverse, dy, dx, dgamma, dbeta);
        for (int i = 0; i < Math.min(size, 40); i++) {
            assertEquals(slope(doubles(x), i, doubles(gamma), doubles(beta), dy, 0), dx[i], 1e-3, "dx " + i);
        }
        for (int c = 0; c < channels; c++) {
            assertEquals(slope(doubles(x), c, doubles(gamma), doubles(beta), dy, 1), dgamma[c], 1e-3 * Math.sqrt(size),
                    "dgamma " + c);
            assertEquals(slope(doubles(x), c, doubles(gamma), doubles(beta), dy, 2), dbeta[c], 1e-5 * size,
                    "dbeta " + c);
        }
    }

    private double slope(double[] x, int at, double[] gamma, double[] beta, float[] dy, int argument) {
        double[] varied = new double[][] {x, gamma, beta}[argument];
        double value = varied[at];
        double step = 1e-4;
        double[] loss = new double[2];
        for (int side = 0; side < 2; side++) {
            varied[at] = value + (2 * side - 1) * step;
            double[] y = forward(x, gamma, beta);
            for (int i = 0; i < size; i++) {
                loss[side] += dy[i] * y[i];
            }
        }
        return (loss[1] - loss[0]) / (2 * step);
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length - Numbers.MARGIN];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }
}
