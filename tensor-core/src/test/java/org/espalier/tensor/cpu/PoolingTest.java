package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolingTest {

    private static final Workers ONE = new Workers(1);

    static Stream<PoolShape> shapes() {
        return Stream.of(PoolShape.of(3, 24, 24, 2, 2), PoolShape.of(2, 8, 8, 2, 2), PoolShape.of(2, 33, 70, 2, 2),
                PoolShape.of(2, 7, 9, 3, 2), PoolShape.of(1, 5, 5, 2, 1),
                new PoolShape(2, 13, 11, 3, 2, 2, 3, 1, 0, false),
                new PoolShape(2, 13, 11, 3, 3, 2, 2, 1, 1, true), new PoolShape(2, 6, 6, 3, 3, 2, 2, 0, 0, true),
                new PoolShape(1, 5, 6, 2, 2, 2, 2, 1, 1, true), new PoolShape(2, 4, 4, 4, 4, 4, 4, 0, 0, false),
                new PoolShape(3, 9, 41, 5, 1, 1, 1, 0, 0, false),
                new PoolShape(2, 4, 35, 1, 5, 1, 1, 0, 2, false), new PoolShape(2, 3, 40, 5, 5, 1, 1, 2, 2, false),
                new PoolShape(5, 7, 9, 7, 9, 3, 3, 0, 0, false),
                // AlexNet's and ResNet-50's windows; gaps between windows, and in the padding
                PoolShape.of(2, 55, 55, 3, 2), PoolShape.of(3, 13, 13, 3, 2),
                new PoolShape(2, 42, 44, 3, 3, 2, 2, 1, 1, false), PoolShape.of(2, 13, 13, 2, 5),
                new PoolShape(2, 5, 7, 1, 1, 2, 2, 0, 0, false), new PoolShape(1, 3, 2, 3, 3, 3, 3, 1, 1, true),
                new PoolShape(2, 9, 70, 2, 2, 2, 2, 1, 1, false), new PoolShape(1, 11, 31, 4, 5, 3, 2, 2, 3, true));
    }

    /** A window by its definition, over the padded input; null elements are padding. */
    private interface Window {
        void at(int plane, int out, int h, int w, boolean inside);
    }

    private static void eachElement(PoolShape s, Window window) {
        for (int plane = 0; plane < s.planes(); plane++) {
            for (int p = 0; p < s.outHeight(); p++) {
                for (int q = 0; q < s.outWidth(); q++) {
                    for (int i = 0; i < s.kernelHeight() * s.kernelWidth(); i++) {
                        int h = p * s.strideHeight() - s.padHeight() + i / s.kernelWidth();
                        int w = q * s.strideWidth() - s.padWidth() + i % s.kernelWidth();
                        if (h < s.height() + s.padHeight() && w < s.width() + s.padWidth()) {
                            boolean inside = h >= 0 && w >= 0 && h < s.height() && w < s.width();
                            window.at(plane, (plane * s.outHeight() + p) * s.outWidth() + q, h, w, inside);
                        }
                    }
                }
            }
        }
    }

    private static int outputs(PoolShape s) {
        return s.planes() * s.outHeight() * s.outWidth();
    }

    private static int inputs(PoolShape s) {
        return s.planes() * s.height() * s.width();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void maxTakesTheFirstLargestAndItsGradientGoesThere(PoolShape s) {
        // few different values, so that there are ties, and some NaN
        float[] x = Numbers.random(inputs(s), 1);
        for (int i = 0; i < inputs(s); i++) {
            x[i] = i % 29 == 5 ? Float.NaN : Math.round(x[i] * 3);
        }
        float[] expected = new float[outputs(s)];
        int[] place = new int[outputs(s)];
        Arrays.fill(place, -1);
        eachElement(s, (plane, out, h, w, inside) -> {
            float value = inside ? x[(plane * s.height() + h) * s.width() + w] : 0;
            boolean first = inside && place[out] < 0;
            if (first || inside && !Float.isNaN(expected[out]) && (value > expected[out] || Float.isNaN(value))) {
                expected[out] = value;
                place[out] = h * s.width() + w;
            }
        });
        float[] y = Numbers.blank(outputs(s));
        int[] winner = new int[outputs(s)];
        Pooling.max(ONE, s, x, y, winner);
        assertArrayEquals(expected, Arrays.copyOf(y, outputs(s)));
        assertArrayEquals(place, winner);
        Numbers.assertMarginUntouched("max", outputs(s), y);

        float[] dy = Numbers.random(outputs(s), 2);
        double[] dx = new double[inputs(s)];
        for (int i = 0; i < outputs(s); i++) {
            dx[i / (s.outHeight() * s.outWidth()) * s.height() * s.width() + place[i]] += dy[i];
        }
        float[] fast = Numbers.blank(inputs(s));
        Pooling.scatter(ONE, s.planes(), s.inSize(), s.outSize(), dy, winner, fast);
        close("max gradient", dx, fast);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void averageAndItsGradient(PoolShape s) {
        float[] x = Numbers.random(inputs(s), 1);
        float[] dy = Numbers.random(outputs(s), 2);
        for (boolean countPadding : new boolean[] {false, true}) {
            double[] sum = new double[outputs(s)];
            int[] area = new int[outputs(s)];
            eachElement(s, (plane, out, h, w, inside) -> {
                area[out] += inside || countPadding ? 1 : 0;
                sum[out] += inside ? x[(plane * s.height() + h) * s.width() + w] : 0;
            });
            Arrays.setAll(sum, i -> sum[i] / area[i]);
            float[] y = Numbers.blank(outputs(s));
            AveragePooling.forward(ONE, s, countPadding, x, y);
            close("average", sum, y);

            double[] dx = new double[inputs(s)];
            eachElement(s, (plane, out, h, w, inside) -> {
                if (inside) {
                    dx[(plane * s.height() + h) * s.width() + w] += (double) dy[out] / area[out];
                }
            });
            float[] fast = Numbers.blank(inputs(s));
            AveragePooling.gradient(ONE, s, countPadding, dy, fast);
            close("average gradient", dx, fast);
        }
    }

    private static void close(String what, double[] expected, float[] actual) {
        double[] one = new double[expected.length];
        Arrays.fill(one, 1);
        Numbers.assertClose(what, expected, one, 16, actual);
    }

    /**
     * 13 by 3 in steps of 2 with padding 1: 7 windows; without padding, 6. Six by 3 in steps of 2: 2, or 3 with the
     * overhanging one.
     */
    @Test
    void outputSizes() {
        assertEquals(7, new PoolShape(1, 13, 13, 3, 3, 2, 2, 1, 1, false).outHeight());
        assertEquals(6, PoolShape.of(1, 13, 13, 3, 2).outWidth());
        assertEquals(2, PoolShape.of(1, 6, 6, 3, 2).outHeight());
        assertEquals(3, new PoolShape(1, 6, 6, 3, 3, 2, 2, 0, 0, true).outHeight());
        // a window that would start in the right padding is dropped
        assertEquals(3, new PoolShape(1, 5, 5, 2, 2, 2, 2, 1, 1, true).outHeight());
        assertEquals(0, PoolShape.of(1, 1, 1, 2, 2).outHeight());
        assertThrows(IllegalArgumentException.class, () -> new PoolShape(1, 6, 6, 3, 3, 2, 2, 3, 0, false));
    }
}
