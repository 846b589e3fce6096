package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReductionsTest {

    private static final Workers TWO = new Workers(2);

    @Test
    void sumsAgreeWithDoubles() {
        for (int rows : new int[] {0, 1, 7, 65, 700}) {
            for (int columns : new int[] {0, 1, 13, 64, 300}) {
                float[] x = Numbers.random(rows * columns, 1);
                double[] ofRows = new double[rows];
                double[] ofColumns = new double[columns];
                for (int i = 0; i < rows * columns; i++) {
                    ofRows[i / columns] += x[i];
                    ofColumns[i % columns] += x[i];
                }
                String what = rows + "x" + columns;
                float[] sums = Numbers.blank(rows);
                Reductions.sumOfRows(TWO, rows, columns, x, sums);
                close(what + " rows", ofRows, columns, sums);
                sums = Numbers.blank(columns);
                Reductions.sumOfColumns(TWO, rows, columns, x, sums);
                close(what + " columns", ofColumns, rows, sums);
                float[] all = Numbers.blank(1);
                Reductions.sumAll(TWO, rows * columns, x, all);
                close(what, new double[] {Arrays.stream(ofRows).sum()}, rows * columns, all);
            }
        }
    }

    @Test
    void sumsOverChannelsAgreeWithDoubles() {
        for (int[] size : new int[][] {{3, 5, 49}, {2, 3, 1}, {64, 20, 576}, {0, 4, 9}}) {
            float[] x = Numbers.random(size[0] * size[1] * size[2], 1);
            double[] expected = new double[size[1]];
            for (int i = 0; i < size[0] * size[1] * size[2]; i++) {
                expected[i / size[2] % size[1]] += x[i];
            }
            float[] sums = Numbers.blank(size[1]);
            Reductions.sumOfChannels(TWO, size[0], size[1], size[2], x, sums);
            close(Arrays.toString(size), expected, size[0] * size[2], sums);
        }
    }

    /** A chain over a million floats would be off by some 1e-5 of the sum; the tree is not. */
    @Test
    void longSumsLoseLittle() {
        int n = 1 << 20;
        float[] x = new float[n];
        Arrays.fill(x, 0.1f);
        float[] sum = new float[1];
        Reductions.sumAll(TWO, n, x, sum);
        assertEquals(n * (double) 0.1f, sum[0], 2e-5 * n * 0.1f);
    }

    private static void close(String what, double[] expected, int terms, float[] actual) {
        double[] magnitude = new double[expected.length];
        Arrays.fill(magnitude, Math.sqrt(terms));
        Numbers.assertClose(what, expected, magnitude, (int) Math.sqrt(terms), actual);
    }

    @Test
    void maximaTakeTheFirstOfEqualsAndNaN() {
        float nan = Float.NaN;
        float[] x = {1, 5, 5, -1, -3, -2, -9, -2, 2, nan, 7, nan};
        float[] largest = new float[3];
        Reductions.maxOfRows(TWO, 3, 4, x, largest);
        assertArrayEquals(new float[] {5, -2, nan}, largest);
        int[] place = new int[3];
        Reductions.argMaxOfRows(TWO, 3, 4, x, place);
        assertArrayEquals(new int[] {1, 1, 1}, place);
        Reductions.maxAll(TWO, 8, x, largest);
        assertEquals(5f, largest[0]);
        Reductions.maxAll(TWO, 12, x, largest);
        assertTrue(Float.isNaN(largest[0]));
        Reductions.maxAll(TWO, 0, x, largest);
        assertEquals(Float.NEGATIVE_INFINITY, largest[0]);
    }
}
