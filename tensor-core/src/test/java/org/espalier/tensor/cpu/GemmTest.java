package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {

    private static final Workers ONE = new Workers(1);

    record Form(boolean transA, boolean transB) {}

    static Stream<Form> forms() {
        return Stream.of(new Form(false, false), new Form(false, true), new Form(true, false), new Form(true, true));
    }

    /** What double arithmetic says, and the sum of the absolute values of the terms. */
    private record Expected(int count, DoubleCell value, DoubleCell magnitude) {
        double[] values() {
            return IntStream.range(0, count).mapToDouble(value::at).toArray();
        }

        double[] magnitudes() {
            return IntStream.range(0, count).mapToDouble(magnitude::at).toArray();
        }
    }

    private interface DoubleCell {
        double at(int index);
    }

    private static Expected product(Form form, int m, int n, int k, float[] a, float[] b) {
        DoubleCell cell = index -> sum(form, m, n, k, a, b, index / n, index % n, false);
        return new Expected(m * n, cell, index -> sum(form, m, n, k, a, b, index / n, index % n, true));
    }

    private static double sum(Form form, int m, int n, int k, float[] a, float[] b, int i, int j, boolean absolute) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
            double term = (double) a[form.transA ? p * m + i : i * k + p] * b[form.transB ? j * k + p : p * n + j];
            sum += absolute ? Math.abs(term) : term;
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void agreesWithDoublesOnAllSizes(Form form) {
        int checked = 0;
        for (int m : Numbers.SIZES) {
            for (int n : Numbers.SIZES) {
                for (int k : Numbers.SIZES) {
                    check(form, m, n, k);
                    checked++;
                }
            }
        }
        assertEquals(343, checked);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void agreesWhereTheDepthTakesSeveralBlocks(Form form) {
        check(form, 33, 140, 1000);
        check(form, 140, 33, 1000);
        check(form, 3, 70, 2000);
    }

    /** Widths over 1024 and packed operands over 2^20 floats take several groups. */
    @ParameterizedTest
    @MethodSource("forms")
    void agreesWhereOperandsTakeSeveralGroups(Form form) {
        check(form, 17, 2100, 1100);
        check(form, 1100, 140, 1030);
        check(form, 9, 12, 70_000);
    }

    private void check(Form form, int m, int n, int k) {
        String what = form + " " + m + "x" + n + "x" + k;
        float[] a = Numbers.random(m * k, 1);
        float[] b = Numbers.random(k * n, 2);
        float[] c = Numbers.blank(m * n);
        Gemm.multiply(ONE, form.transA, form.transB, m, n, k, a, b, c, false);
        Expected expected = product(form, m, n, k, a, b);
        double[] values = expected.values();
        double[] magnitudes = expected.magnitudes();
        Numbers.assertClose(what, values, magnitudes, k, c);
        Gemm.multiply(ONE, form.transA, form.transB, m, n, k, a, b, c, true);
        Arrays.setAll(values, i -> 2 * values[i]);
        Arrays.setAll(magnitudes, i -> 2 * magnitudes[i]);
        Numbers.assertClose(what + " added", values, magnitudes, k + 1, c);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void biasIsAddedToEachRowAndReluCutsBelowZero(Form form) {
        for (int[] size : new int[][] {{64, 300, 50}, {300, 10, 50}, {1, 33, 20}, {33, 1, 20}, {5, 5, 0}, {3, 70, 9}}) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            float[] a = Numbers.random(m * k, 1);
            float[] b = Numbers.random(k * n, 2);
            float[] bias = Numbers.random(n, 3);
            Expected expected = product(form, m, n, k, a, b);
            double[] values = expected.values();
            double[] magnitudes = expected.magnitudes();
            Arrays.setAll(magnitudes, i -> magnitudes[i] + 1);
            Arrays.setAll(values, i -> values[i] + bias[i % n]);
            float[] c = Numbers.blank(m * n);
            Gemm.multiplyAddBias(ONE, form.transA, form.transB, m, n, k, a, b, bias, false, c);
            Numbers.assertClose(form + " bias", values, magnitudes, k + 1, c);
            Arrays.setAll(values, i -> Math.max(0, values[i]));
            Gemm.multiplyAddBias(ONE, form.transA, form.transB, m, n, k, a, b, bias, true, c);
            Numbers.assertClose(form + " bias, relu", values, magnitudes, k + 1, c);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void infinityTimesZeroIsNaNAndIsNotSkipped(Form form) {
        for (int[] size : new int[][] {{64, 70, 50}, {2, 70, 50}, {70, 1, 50}}) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            float[] a = Numbers.random(m * k, 1);
            float[] b = new float[k * n];
            int row = m - 1;
            a[form.transA ? 3 * m + row : row * k + 3] = Float.POSITIVE_INFINITY;
            float[] c = Numbers.blank(m * n);
            Gemm.multiply(ONE, form.transA, form.transB, m, n, k, a, b, c, false);
            for (int i = 0; i < m * n; i++) {
                assertEquals(i / n == row, Float.isNaN(c[i]), form + " element " + i + " = " + c[i]);
            }
        }
    }

    /** Panels take along what lies behind a row of B: that must not reach the result. */
    @ParameterizedTest
    @MethodSource("forms")
    void whatFollowsAMatrixInItsArrayDoesNotMatter(Form form) {
        for (int[] size : new int[][] {{20, 21, 30}, {150, 21, 30}, {20, 150, 30}, {150, 150, 30}}) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            float[] a = Numbers.random(m * k, 1);
            float[] b = Numbers.random(k * n, 2);
            float[] longA = Arrays.copyOf(a, a.length + 100);
            float[] longB = Arrays.copyOf(b, b.length + 100);
            Arrays.fill(longA, a.length, longA.length, Float.NaN);
            Arrays.fill(longB, b.length, longB.length, Float.NaN);
            float[] expected = new float[m * n];
            float[] c = Numbers.random(m * n + 100, 3);
            float[] behind = Arrays.copyOfRange(c, m * n, c.length);
            Gemm.plain(form.transA, form.transB, m, n, k, a, b, expected, false);
            Gemm.multiply(ONE, form.transA, form.transB, m, n, k, longA, longB, c, false);
            assertArrayEquals(expected, Arrays.copyOf(c, m * n), form + " " + Arrays.toString(size));
            assertArrayEquals(behind, Arrays.copyOfRange(c, m * n, c.length), "C's end is left alone");
        }
    }

    /** In one block of depth each element is one chain of FMA, whatever tile, panel or task it falls in. */
    @ParameterizedTest
    @MethodSource("forms")
    void packedProductsEqualThePlainLoopsBitForBit(Form form) {
        for (int[] size : new int[][] {{64, 65, 207}, {207, 64, 65}, {13, 300, Gemm.DEPTH}, {300, 10, 64},
            {300, 200, 40}, {129, 130, Gemm.DEPTH}, {2800, 129, 20}}) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            float[] a = Numbers.random(m * k, 1);
            float[] b = Numbers.random(k * n, 2);
            for (boolean add : new boolean[] {false, true}) {
                float[] plain = Numbers.random(m * n, 3);
                float[] fast = plain.clone();
                Gemm.plain(form.transA, form.transB, m, n, k, a, b, plain, add);
                Gemm.multiply(ONE, form.transA, form.transB, m, n, k, a, b, fast, add);
                assertArrayEquals(plain, fast, form + " " + Arrays.toString(size) + " add " + add);
            }
        }
    }

    @Test
    void offsetsSelectAMatrixInsideAnArray() {
        float[] a = {9, 9, 1, 2, 3, 4};
        float[] b = {9, 5, 6, 7, 8};
        float[] c = {-1, -1, -1, 0, 0, 0, 0, -1};
        Gemm.multiply(ONE, false, false, 2, 2, 2, a, 2, b, 1, c, 3, false);
        assertEquals("[-1.0, -1.0, -1.0, 19.0, 22.0, 43.0, 50.0, -1.0]", Arrays.toString(c));
    }

    @Test
    void theTileKernelsEqualThePlainTileBitForBit() {
        int depth = 37;
        int columns = GemmKernels.COLUMNS;
        for (int rows : new int[] {GemmKernels.ROWS, GemmKernels.TALL}) {
            float[] a = Numbers.random(rows * depth, 1);
            float[] b = Numbers.random(columns * depth, 2);
            float[] plain = Numbers.random(rows * columns, 3);
            float[] fast = plain.clone();
            for (boolean add : new boolean[] {true, false}) {
                GemmKernels.plain(rows, depth, a, 0, b, 0, plain, 0, columns, add);
                if (rows == GemmKernels.TALL) {
                    GemmKernels.packedTall(depth, a, 0, b, 0, fast, 0, columns, add);
                } else {
                    GemmKernels.packed(depth, a, 0, b, 0, fast, 0, columns, add);
                }
                assertTrue(Arrays.equals(plain, fast), rows + " rows, add " + add);
            }
        }
    }

    /** Six or four rows each, one behind the other, at most one of them padding if there are seven or more. */
    @Test
    void stripsCoverEachRowOnce() {
        for (int rows = 1; rows < 300; rows++) {
            int tall = Strips.tall(rows);
            int count = Strips.count(rows);
            assertEquals(0, Strips.start(0, tall));
            for (int strip = 0; strip < count; strip++) {
                assertEquals(strip < tall ? 6 : 4, Strips.start(strip + 1, tall) - Strips.start(strip, tall));
            }
            assertTrue(Strips.start(count - 1, tall) < rows, "the last strip of " + rows + " has rows");
            int padding = Strips.padded(rows) - rows;
            assertTrue(padding >= 0 && padding <= (rows < 7 ? 3 : 1), rows + " rows, " + padding + " padding");
        }
    }

    @Test
    void shortArraysAndNegativeSizesAreRefused() {
        float[] six = new float[6];
        var shortB = assertThrows(IllegalArgumentException.class,
                () -> Gemm.multiply(ONE, false, false, 2, 3, 3, six, six, six, false));
        assertEquals("Gemm: B needs 9 floats from 0, the array has 6", shortB.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> Gemm.multiply(ONE, false, false, -1, 3, 3, six, six, six, false));
    }
}
