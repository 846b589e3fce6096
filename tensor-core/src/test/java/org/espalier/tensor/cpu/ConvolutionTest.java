package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionTest {

    private static final Workers ONE = new Workers(1);

    static Stream<ConvShape> shapes() {
        return Stream.of(
                ConvShape.valid(3, 1, 28, 28, 20, 5, 5),
                ConvShape.valid(7, 20, 12, 12, 50, 5, 5),
                ConvShape.valid(1, 5, 9, 11, 7, 3, 2),
                ConvShape.valid(3, 70, 1, 1, 9, 1, 1),
                ConvShape.valid(9, 13, 3, 3, 6, 3, 3),
                ConvShape.valid(2, 3, 5, 25, 5, 1, 1),
                new ConvShape(2, 16, 8, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                new ConvShape(2, 4, 33, 31, 6, 3, 3, 2, 2, 1, 1, 1, 1, 1),
                new ConvShape(3, 6, 13, 7, 4, 3, 5, 1, 2, 0, 3, 2, 1, 2),
                new ConvShape(5, 8, 7, 7, 8, 3, 3, 1, 1, 1, 1, 1, 1, 8),
                new ConvShape(5, 8, 2, 2, 34, 3, 3, 1, 1, 1, 1, 1, 1, 2),
                new ConvShape(2, 50, 4, 4, 18, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                new ConvShape(1, 2, 30, 30, 3, 7, 7, 3, 4, 3, 2, 2, 3, 1),
                new ConvShape(2, 3, 6, 6, 400, 2, 2, 1, 1, 0, 0, 1, 1, 1));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void forwardAgreesWithDoubles(ConvShape s) {
        float[] x = input(s);
        float[] w = weight(s);
        float[] bias = Numbers.random(s.filters(), 3);
        for (boolean relu : new boolean[] {false, true}) {
            float[] expected = output(s, 0);
            Convolution.plain(s, x, w, bias, relu, expected);
            float[] y = Numbers.blank(outputs(s));
            Convolution.forward(ONE, s, x, w, bias, relu, y);
            close(s, expected, s.taps() + 1, y, outputs(s));
            Convolution.plain(s, x, w, null, relu, expected);
            Convolution.forward(ONE, s, x, w, null, relu, y);
            close(s, expected, s.taps(), y, outputs(s));
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void gradientsAgreeWithDoubles(ConvShape s) {
        float[] x = input(s);
        float[] w = weight(s);
        float[] dy = output(s, 4);
        double[] dx = new double[x.length];
        double[] dw = new double[w.length];
        ConvolutionGradients.plain(s, x, w, dy, dx, dw);
        float[] fastDx = Numbers.blank(x.length - Numbers.MARGIN);
        ConvolutionGradients.data(ONE, s, dy, w, fastDx);
        close(s, dx, s.groupFilters() * s.kernelHeight() * s.kernelWidth(), fastDx, x.length - Numbers.MARGIN);
        float[] fastDw = Numbers.blank(w.length - Numbers.MARGIN);
        ConvolutionGradients.weight(ONE, s, x, dy, fastDw, false);
        close(s, dw, s.images() * s.pixels(), fastDw, w.length - Numbers.MARGIN);
        ConvolutionGradients.weight(ONE, s, x, dy, fastDw, true);
        Arrays.setAll(dw, i -> 2 * dw[i]);
        close(s, dw, 2 * s.images() * s.pixels(), fastDw, w.length - Numbers.MARGIN);
    }

    /**
     * Factors are at most 1, so a sum of {@code terms} products is at most {@code terms}; errors stay far below eps *
     * terms.
     */
    private static void close(ConvShape s, float[] expected, int terms, float[] actual, int count) {
        double[] values = new double[expected.length];
        Arrays.setAll(values, i -> expected[i]);
        close(s, values, terms, actual, count);
    }

    private static void close(ConvShape s, double[] expected, int terms, float[] actual, int count) {
        double[] magnitude = new double[count];
        Arrays.fill(magnitude, Math.sqrt(terms));
        Numbers.assertClose(s.toString(), Arrays.copyOf(expected, count), magnitude, (int) Math.sqrt(terms) + 2,
                actual);
    }

    @Test
    void oneFilterOverOneRowByHand() {
        ConvShape s = new ConvShape(1, 1, 1, 4, 1, 1, 3, 1, 1, 0, 1, 1, 1, 1);
        float[] y = new float[4];
        Convolution.forward(ONE, s, new float[] {1, 2, 3, 4}, new float[] {10, 100, 1000}, new float[] {5}, false, y);
        assertArrayEquals(new float[] {2105, 3215, 4325, 435}, y);
        float[] dx = new float[4];
        ConvolutionGradients.data(ONE, s, new float[] {1, 0, 0, 2}, new float[] {10, 100, 1000}, dx);
        assertArrayEquals(new float[] {100, 1000, 20, 200}, dx);
        float[] dw = new float[3];
        ConvolutionGradients.weight(ONE, s, new float[] {1, 2, 3, 4}, new float[] {1, 0, 0, 2}, dw, false);
        assertArrayEquals(new float[] {6, 9, 2}, dw);
    }

    @Test
    void aNaNPixelReachesTheOutputsThatSeeItAndNoOther() {
        ConvShape s = ConvShape.valid(2, 2, 6, 6, 5, 3, 3);
        float[] x = input(s);
        x[2 * 36] = Float.NaN; // image 1, channel 0, corner
        float[] y = Numbers.blank(outputs(s));
        Convolution.forward(ONE, s, x, weight(s), null, true, y);
        for (int i = 0; i < outputs(s); i++) {
            boolean sees = i / (5 * 16) == 1 && i % 16 == 0;
            assertEquals(sees, Float.isNaN(y[i]), "output " + i);
        }
    }

    @Test
    void emptyAndTooSmallInputs() {
        ConvShape tooSmall = ConvShape.valid(2, 1, 2, 2, 3, 5, 5);
        assertEquals(0, tooSmall.pixels());
        float[] dx = Numbers.blank(8);
        ConvolutionGradients.data(ONE, tooSmall, new float[0], new float[75], dx);
        assertArrayEquals(new float[8], Arrays.copyOf(dx, 8));
        float[] dw = Numbers.blank(75);
        ConvolutionGradients.weight(ONE, tooSmall, new float[8], new float[0], dw, false);
        assertArrayEquals(new float[75], Arrays.copyOf(dw, 75));
        ConvShape noChannels = ConvShape.valid(1, 0, 4, 4, 2, 3, 3);
        float[] y = Numbers.blank(8);
        Convolution.forward(ONE, noChannels, new float[0], new float[0], new float[] {1, -1}, true, y);
        assertArrayEquals(new float[] {1, 1, 1, 1, 0, 0, 0, 0}, Arrays.copyOf(y, 8));
        assertThrows(IllegalArgumentException.class, () -> new ConvShape(1, 3, 4, 4, 2, 3, 3, 1, 1, 0, 0, 1, 1, 2));
        var thrown = assertThrows(IllegalArgumentException.class,
                () -> Convolution.forward(ONE, noChannels, y, y, null, false, new float[7]));
        assertTrue(thrown.getMessage().startsWith("Convolution: output needs 8 floats, the array has 7"),
                thrown.getMessage());
    }

    static float[] input(ConvShape s) {
        return Numbers.random(s.images() * s.channels() * s.height() * s.width(), 1);
    }

    static float[] weight(ConvShape s) {
        return Numbers.random(s.filters() * s.taps(), 2);
    }

    static float[] output(ConvShape s, long seed) {
        return Numbers.random(outputs(s), seed);
    }

    static int outputs(ConvShape s) {
        return s.images() * s.filters() * s.pixels();
    }
}
