package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * Products with a matrix W (rows, columns) in compressed rows: row r has the values and columns at indices rowStarts[r]
 * to rowStarts[r + 1], columns rising. Plain loops for now; removed weights are not looked at, so what would be 0 times
 * infinity in a dense product is 0 here.
 */
public final class SparseProducts {

    private SparseProducts() {}

    /** y (batch, rows) = x (batch, columns) W transposed: the forward pass of a dense layer. */
    public static void timesTransposed(Workers workers, int batch, int rows, int columns, int[] rowStarts,
            int[] columnOf, float[] values,
            float[] x, float[] y) {
        workers.parallel(Lanes.blocks(rows, 16), 4.0 * batch * rowStarts[rows], task -> {
            for (int r = 16 * task; r < Math.min(rows, 16 * task + 16); r++) {
                for (int b = 0; b < batch; b++) {
                    float sum = 0f;
                    for (int i = rowStarts[r]; i < rowStarts[r + 1]; i++) {
                        sum = Math.fma(values[i], x[b * columns + columnOf[i]], sum);
                    }
                    y[b * rows + r] = sum;
                }
            }
        });
    }

    /** y (batch, columns) = x (batch, rows) W: the gradient by the layer's input. */
    public static void times(Workers workers, int batch, int rows, int columns, int[] rowStarts, int[] columnOf,
            float[] values, float[] x,
            float[] y) {
        workers.parallel(batch, 4.0 * batch * rowStarts[rows], b -> {
            Arrays.fill(y, b * columns, (b + 1) * columns, 0f);
            for (int r = 0; r < rows; r++) {
                float factor = x[b * rows + r];
                for (int i = rowStarts[r]; i < rowStarts[r + 1]; i++) {
                    int at = b * columns + columnOf[i];
                    y[at] = Math.fma(factor, values[i], y[at]);
                }
            }
        });
    }

    /** y (rows, n) = W x with x (columns, n): features first, or a convolution over patches. */
    public static void timesDense(Workers workers, int rows, int n, int[] rowStarts, int[] columnOf, float[] values,
            float[] x, float[] y) {
        workers.parallel(Lanes.blocks(rows, 4), 2.0 * n * rowStarts[rows], task -> {
            for (int r = 4 * task; r < Math.min(rows, 4 * task + 4); r++) {
                Arrays.fill(y, r * n, (r + 1) * n, 0f);
                for (int i = rowStarts[r]; i < rowStarts[r + 1]; i++) {
                    float factor = values[i];
                    int from = columnOf[i] * n;
                    for (int j = 0; j < n; j++) {
                        y[r * n + j] = Math.fma(factor, x[from + j], y[r * n + j]);
                    }
                }
            }
        });
    }

    /**
     * Sampled dense x dense: gradient[i] = the sum over b of dy (batch, rows) at the row and x (batch, columns) at the
     * column of value i: the gradient by the weights that are there.
     */
    public static void sampled(Workers workers, int batch, int rows, int columns, int[] rowStarts, int[] columnOf,
            float[] dy, float[] x,
            float[] gradient) {
        workers.parallel(Lanes.blocks(rows, 16), 4.0 * batch * rowStarts[rows], task -> {
            for (int r = 16 * task; r < Math.min(rows, 16 * task + 16); r++) {
                Arrays.fill(gradient, rowStarts[r], rowStarts[r + 1], 0f);
                for (int b = 0; b < batch; b++) {
                    float factor = dy[b * rows + r];
                    for (int i = rowStarts[r]; i < rowStarts[r + 1]; i++) {
                        gradient[i] = Math.fma(factor, x[b * columns + columnOf[i]], gradient[i]);
                    }
                }
            }
        });
    }
}
