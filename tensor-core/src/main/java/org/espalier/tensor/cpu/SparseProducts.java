package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with a matrix W (rows, columns) in compressed rows: row r has the values and columns at indices rowStarts[r]
 * to rowStarts[r + 1], columns rising. Removed weights are not looked at, so what would be 0 times infinity in a dense
 * product is 0 here.
 */
public final class SparseProducts {

    /** Columns of a task of the transposed product. */
    private static final int WIDTH = 32;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private SparseProducts() {}

    /** y (rows, n) = W x with x (columns, n): features first, or a convolution over patches. */
    public static void timesDense(Workers workers, int rows, int n, int[] rowStarts, int[] columnOf, float[] values,
            float[] x, float[] y) {
        workers.parallel(Lanes.blocks(rows, 4), 2.0 * n * rowStarts[rows], task -> {
            for (int r = 4 * task; r < Math.min(rows, 4 * task + 4); r++) {
                Arrays.fill(y, r * n, (r + 1) * n, 0f);
                for (int i = rowStarts[r]; i < rowStarts[r + 1]; i++) {
                    addScaled(n, values[i], x, columnOf[i] * n, y, r * n);
                }
            }
        });
    }

    /**
     * y (columns, n) = W transposed x with x (rows, n): the gradient by the input of {@link #timesDense}. Rows of W
     * meet in the same rows of y, so tasks take columns of y.
     */
    public static void transposedTimesDense(Workers workers, int rows, int columns, int n, int[] rowStarts,
            int[] columnOf, float[] values, float[] x, float[] y) {
        workers.parallel(Lanes.blocks(n, WIDTH), 2.0 * n * rowStarts[rows], task -> {
            int from = WIDTH * task;
            int width = Math.min(WIDTH, n - from);
            for (int c = 0; c < columns; c++) {
                Arrays.fill(y, c * n + from, c * n + from + width, 0f);
            }
            for (int r = 0; r < rows; r++) {
                for (int i = rowStarts[r]; i < rowStarts[r + 1]; i++) {
                    addScaled(width, values[i], x, r * n + from, y, columnOf[i] * n + from);
                }
            }
        });
    }

    /**
     * Sampled dense x dense: out[i] = row r of a (rows, n) times row c of b (columns, n), where value i of W stands in
     * row r and column c: the gradient of {@link #timesDense} by the weights that are there.
     */
    public static void sampled(Workers workers, int rows, int n, int[] rowStarts, int[] columnOf, float[] a, float[] b,
            float[] out) {
        workers.parallel(Lanes.blocks(rows, 16), 2.0 * n * rowStarts[rows], task -> {
            float[] lanes = Scratch.mine().lanes;
            for (int r = 16 * task; r < Math.min(rows, 16 * task + 16); r++) {
                for (int i = rowStarts[r]; i < rowStarts[r + 1]; i++) {
                    out[i] = dot(n, a, r * n, b, columnOf[i] * n, lanes);
                }
            }
        });
    }

    /** y += factor x, each rounded once. */
    private static void addScaled(int n, float factor, float[] x, int x0, float[] y, int y0) {
        FloatVector factors = FloatVector.broadcast(S, factor);
        int j = 0;
        for (; j <= n - LANES; j += LANES) {
            FloatVector.fromArray(S, x, x0 + j).fma(factors, FloatVector.fromArray(S, y, y0 + j)).intoArray(y, y0 + j);
        }
        for (; j < n; j++) {
            y[y0 + j] = Math.fma(factor, x[x0 + j], y[y0 + j]);
        }
    }

    /** With memory for one vector. */
    private static float dot(int n, float[] a, int a0, float[] b, int b0, float[] lanes) {
        FloatVector sums = FloatVector.zero(S);
        int p = 0;
        for (; p <= n - LANES; p += LANES) {
            sums = FloatVector.fromArray(S, a, a0 + p).fma(FloatVector.fromArray(S, b, b0 + p), sums);
        }
        sums.intoArray(lanes, 0);
        float sum = Lanes.sum(lanes);
        for (; p < n; p++) {
            sum = Math.fma(a[a0 + p], b[b0 + p], sum);
        }
        return sum;
    }
}
