package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each product against the same product with the dense matrix, in double. */
class SparseProductsTest {

    private static final Workers TWO = new Workers(2, 0);
    private static final float[] NONE = {};

    private record Matrix(int rows, int columns, float[] dense, int[] rowStarts, int[] columnOf, float[] values) {
        /** About one weight in three; the first row is empty. */
        static Matrix of(int rows, int columns) {
            float[] dense = Numbers.random(rows * columns, 1);
            int[] rowStarts = new int[rows + 1];
            int[] columnOf = new int[rows * columns];
            float[] values = new float[rows * columns];
            int count = 0;
            for (int i = 0; i < rows * columns; i++) {
                boolean kept = i / columns > 0 && Math.abs(dense[i]) > 0.66f;
                dense[i] = kept ? dense[i] : 0f;
                if (kept) {
                    columnOf[count] = i % columns;
                    values[count++] = dense[i];
                }
                rowStarts[i / columns + 1] = count;
            }
            return new Matrix(rows, columns, dense, rowStarts, columnOf, values);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "65, 13, 7", "207, 64, 13", "7, 207, 65", "65, 1300, 70", "1300, 65, 2", "300, 784, 64"})
    void agreeWithTheDenseProducts(int rows, int columns, int n) {
        Matrix w = Matrix.of(rows, columns);
        SparseForms forms = new SparseForms(rows, columns, w.rowStarts, w.columnOf);
        float[] x = Numbers.random(columns * n, 2);
        float[] dy = Numbers.random(rows * n, 3);

        float[] y = Numbers.blank(rows * n);
        new SparseProducts(forms, false, false).multiply(TWO, n, PackedWeights.once(w.values), x, NONE, false, y);
        check("W x", rows, n, columns, (r, j, c) -> (double) w.dense[r * columns + c] * x[c * n + j], y);

        float[] turned = Numbers.blank(rows * n);
        new SparseProducts(forms, false, true).multiply(TWO, n, PackedWeights.once(w.values), turned(columns, n, x),
                NONE, false, turned);
        assertArrayEquals(Arrays.copyOf(y, rows * n), Arrays.copyOf(turned(n, rows, turned), rows * n));

        float[] dx = Numbers.blank(columns * n);
        new SparseProducts(forms, true, false).multiply(TWO, n, PackedWeights.once(w.values), dy, NONE, false, dx);
        check("W^T dy", columns, n, rows, (c, j, r) -> (double) w.dense[r * columns + c] * dy[r * n + j], dx);

        int count = w.rowStarts[rows];
        float[] gradient = Numbers.blank(count);
        new SparseProducts(forms, false, false).sampled(TWO, n, dy, x, gradient);
        int[] rowOf = new int[count];
        for (int r = 0; r < rows; r++) {
            Arrays.fill(rowOf, w.rowStarts[r], w.rowStarts[r + 1], r);
        }
        check("sampled", 1, count, n,
                (zero, i, j) -> (double) dy[rowOf[i] * n + j] * x[w.columnOf[i] * n + j], gradient);

        float[] turnedGradient = Numbers.blank(count);
        new SparseProducts(forms, false, true).sampled(TWO, n, turned(rows, n, dy), turned(columns, n, x),
                turnedGradient);
        assertArrayEquals(Arrays.copyOf(gradient, count), Arrays.copyOf(turnedGradient, count));
    }

    private static float[] turned(int rows, int columns, float[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < rows * columns; i++) {
            y[i % columns * rows + i / columns] = x[i];
        }
        return y;
    }

    private interface Term {
        double at(int i, int j, int p);
    }

    private static void check(String what, int m, int n, int k, Term term, float[] actual) {
        double[] expected = new double[m * n];
        double[] magnitude = new double[m * n];
        for (int i = 0; i < m * n; i++) {
            for (int p = 0; p < k; p++) {
                expected[i] += term.at(i / n, i % n, p);
                magnitude[i] += Math.abs(term.at(i / n, i % n, p));
            }
        }
        Numbers.assertClose(what, expected, magnitude, k, actual);
    }
}
