package org.espalier.tensor.cpu;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each product against the same product with the dense matrix, in double. */
class SparseProductsTest {

    private static final Workers TWO = new Workers(2, 0);

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
    @CsvSource({"1, 1, 1", "65, 13, 7", "207, 64, 13", "7, 207, 65"})
    void agreeWithTheDenseProducts(int rows, int columns, int batch) {
        Matrix w = Matrix.of(rows, columns);
        float[] x = Numbers.random(batch * columns, 2);
        float[] dy = Numbers.random(batch * rows, 3);

        float[] y = Numbers.blank(batch * rows);
        SparseProducts.timesTransposed(TWO, batch, rows, columns, w.rowStarts, w.columnOf, w.values, x, y);
        check("x W^T", batch, rows, columns, (b, r, c) -> (double) x[b * columns + c] * w.dense[r * columns + c], y);

        float[] dx = Numbers.blank(batch * columns);
        SparseProducts.times(TWO, batch, rows, columns, w.rowStarts, w.columnOf, w.values, dy, dx);
        check("dy W", batch, columns, rows, (b, c, r) -> (double) dy[b * rows + r] * w.dense[r * columns + c], dx);

        // x read as (columns, batch)
        float[] features = Numbers.blank(rows * batch);
        SparseProducts.timesDense(TWO, rows, batch, w.rowStarts, w.columnOf, w.values, x, features);
        check("W x", rows, batch, columns, (r, b, c) -> (double) x[c * batch + b] * w.dense[r * columns + c], features);

        int count = w.rowStarts[rows];
        float[] gradient = Numbers.blank(count);
        SparseProducts.sampled(TWO, batch, rows, columns, w.rowStarts, w.columnOf, dy, x, gradient);
        int[] rowOf = new int[count];
        for (int r = 0; r < rows; r++) {
            Arrays.fill(rowOf, w.rowStarts[r], w.rowStarts[r + 1], r);
        }
        check("sampled", 1, count, batch,
                (zero, i, b) -> (double) dy[b * rows + rowOf[i]] * x[b * columns + w.columnOf[i]], gradient);
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
