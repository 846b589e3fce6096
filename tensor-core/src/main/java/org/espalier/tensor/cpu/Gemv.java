package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Products with so few rows that packing the other operand would cost more than it saves; they are bound by memory, so
 * the matrix is read once and in order. Which products come here depends on the shape alone.
 */
final class Gemv {

    /**
     * Rows of x up to which W is multiplied by one row at a time (x W^T): at 8 a tile of {@link GemmKernels} is half
     * full.
     */
    private static final int DOT_ROWS = 7;
    /** The same for x W: packing W is cheaper there. */
    private static final int AXPY_ROWS = 4;
    private static final int ROWS_OF_TASK = 32;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int STRIP = 4 * LANES;

    private Gemv() {}

    /** Computes the product of {@link Gemm} if it has few rows or one column; else false, and nothing is done. */
    static boolean tookOver(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a, int a0,
            float[] b, int b0,
            float[] c, int c0, boolean add, float @Nullable [] bias, boolean relu) {
        boolean oneColumn = n == 1 && m > DOT_ROWS;
        if (oneColumn && bias == null) {
            // C = op(A) b is, transposed, b^T op(A)^T: a product with one row.
            return tookOver(workers, false, !transA, 1, m, k, b, b0, a, a0, c, c0, add, null, relu);
        }
        double cost = 2.0 * m * n * k;
        if (transB && (m == 1 || m <= DOT_ROWS && !transA)) {
            workers.parallel(Lanes.blocks(n, ROWS_OF_TASK), cost, task -> {
                int from = task * ROWS_OF_TASK;
                dots(m, Math.min(n, from + ROWS_OF_TASK) - from, k, a, a0, b, b0 + from * k, c, c0 + from, n, add);
                if (bias != null || relu) {
                    Epilogue.biasRelu(c, c0 + from, n, m, Math.min(n, from + ROWS_OF_TASK) - from, bias, from, relu);
                }
            });
            return true;
        }
        if (!transB && m <= AXPY_ROWS) {
            int columnStride = transA ? m : 1;
            int rowStride = transA ? 1 : k;
            workers.parallel(Lanes.blocks(n, STRIP), cost, task -> {
                int from = task * STRIP;
                int width = Math.min(STRIP, n - from);
                for (int i = 0; i < m; i++) {
                    strip(width, k, a, a0 + i * rowStride, columnStride, b, b0 + from, n, c, c0 + i * n + from, add);
                }
                if (bias != null || relu) {
                    Epilogue.biasRelu(c, c0 + from, n, m, width, bias, from, relu);
                }
            });
            return true;
        }
        return false;
    }

    /** c (m rows ldc apart, n) = or += a (m, k) x w^T with w (n, k): four rows of w at a time share the loads of a. */
    private static void dots(int m, int n, int k, float[] a, int a0, float[] w, int w0, float[] c, int c0, int ldc,
            boolean add) {
        for (int j = 0; j < n; j += 4) {
            int rows = Math.min(4, n - j);
            for (int i = 0; i < m; i++) {
                dots4(rows, k, a, a0 + i * k, w, w0 + j * k, c, c0 + i * ldc + j, add);
            }
        }
    }

    private static void dots4(int rows, int k, float[] a, int a0, float[] w, int w0, float[] c, int c0, boolean add) {
        int w1 = w0 + Math.min(1, rows - 1) * k;
        int w2 = w0 + Math.min(2, rows - 1) * k;
        int w3 = w0 + Math.min(3, rows - 1) * k;
        FloatVector v0 = FloatVector.zero(S), v1 = v0, v2 = v0, v3 = v0;
        int p = 0;
        for (; p <= k - LANES; p += LANES) {
            FloatVector x = FloatVector.fromArray(S, a, a0 + p);
            v0 = x.fma(FloatVector.fromArray(S, w, w0 + p), v0);
            v1 = x.fma(FloatVector.fromArray(S, w, w1 + p), v1);
            v2 = x.fma(FloatVector.fromArray(S, w, w2 + p), v2);
            v3 = x.fma(FloatVector.fromArray(S, w, w3 + p), v3);
        }
        float s0 = Lanes.sum(v0), s1 = Lanes.sum(v1), s2 = Lanes.sum(v2), s3 = Lanes.sum(v3);
        for (; p < k; p++) {
            float x = a[a0 + p];
            s0 = Math.fma(x, w[w0 + p], s0);
            s1 = Math.fma(x, w[w1 + p], s1);
            s2 = Math.fma(x, w[w2 + p], s2);
            s3 = Math.fma(x, w[w3 + p], s3);
        }
        put(c, c0, s0, add);
        if (rows > 1) {
            put(c, c0 + 1, s1, add);
        }
        if (rows > 2) {
            put(c, c0 + 2, s2, add);
        }
        if (rows > 3) {
            put(c, c0 + 3, s3, add);
        }
    }

    private static void put(float[] c, int at, float sum, boolean add) {
        c[at] = add ? c[at] + sum : sum;
    }

    /** c (width <= 4 vectors) = or += sum over k of a[a0 + p * stride] times row p of b: b is read in place. */
    private static void strip(int width, int k, float[] a, int a0, int stride, float[] b, int b0, int ldb, float[] c,
            int c0,
            boolean add) {
        if (width == STRIP) {
            FloatVector v0 = FloatVector.zero(S), v1 = v0, v2 = v0, v3 = v0;
            for (int p = 0, i = a0, j = b0; p < k; p++, i += stride, j += ldb) {
                FloatVector x = FloatVector.broadcast(S, a[i]);
                v0 = x.fma(FloatVector.fromArray(S, b, j), v0);
                v1 = x.fma(FloatVector.fromArray(S, b, j + LANES), v1);
                v2 = x.fma(FloatVector.fromArray(S, b, j + 2 * LANES), v2);
                v3 = x.fma(FloatVector.fromArray(S, b, j + 3 * LANES), v3);
            }
            if (add) {
                FloatVector.fromArray(S, c, c0).add(v0).intoArray(c, c0);
                FloatVector.fromArray(S, c, c0 + LANES).add(v1).intoArray(c, c0 + LANES);
                FloatVector.fromArray(S, c, c0 + 2 * LANES).add(v2).intoArray(c, c0 + 2 * LANES);
                FloatVector.fromArray(S, c, c0 + 3 * LANES).add(v3).intoArray(c, c0 + 3 * LANES);
            } else {
                v0.intoArray(c, c0);
                v1.intoArray(c, c0 + LANES);
                v2.intoArray(c, c0 + 2 * LANES);
                v3.intoArray(c, c0 + 3 * LANES);
            }
            return;
        }
        for (int q = 0; q < width; q++) {
            float sum = 0f;
            for (int p = 0; p < k; p++) {
                sum = Math.fma(a[a0 + p * stride], b[b0 + p * ldb + q], sum);
            }
            put(c, c0 + q, sum, add);
        }
    }
}
