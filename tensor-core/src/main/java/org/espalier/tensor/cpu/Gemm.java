package org.espalier.tensor.cpu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Dense products: C (m, n) = or += op(A) (m, k) x op(B) (k, n), where op transposes or not.
 *
 * <p>The fast way is the one of Goto and BLIS: operands are copied into strips of rows and panels of columns, in blocks
 * that stay in a cache, and a micro-kernel multiplies a strip by a panel ({@link GemmKernels}, {@link Tiles}). The smaller
 * operand is packed once for all tasks, the other one by each task for itself ({@link WideProduct}), or not at all
 * ({@link TallProduct}).
 */
public final class Gemm {

    /**
     * Depth of a block: a panel of 256 x 16 floats is 16 KiB, half of L1. 384 are as fast on a quiet machine, and slower
     * where another thread shares the core.
     */
    static final int DEPTH = 256;
    /** Rows stay where they are up to this many columns: packing them costs about as much as 16 columns of product. */
    private static final int FEW_COLUMNS = 128;

    private static final int SMALL_ROWS = 128;

    private Gemm() {}

    /** The plain loops: one chain of FMA for each element. */
    static void plain(boolean transA, boolean transB, int m, int n, int k, float[] a, float[] b, float[] c,
            boolean add) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = 0f;
                for (int p = 0; p < k; p++) {
                    sum = Math.fma(a[transA ? p * m + i : i * k + p], b[transB ? j * k + p : p * n + j], sum);
                }
                c[i * n + j] = add ? c[i * n + j] + sum : sum;
            }
        }
    }

    /**
     * {@link #multiply(Workers, boolean, boolean, int, int, int, float[], int, float[], int, float[], int, boolean)}
     * from index 0.
     */
    public static void multiply(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a,
            float[] b,
            float[] c, boolean add) {
        multiply(workers, transA, transB, m, n, k, a, 0, b, 0, c, 0, add);
    }

    /**
     * C = op(A) x op(B), or C += if {@code add}. A is (m, k), or (k, m) if {@code transA}; B is (k, n), or (n, k) if
     * {@code transB}. With k = 0 the product is zero. C must not overlap A or B.
     *
     * @throws IllegalArgumentException if a size is negative or an array too short
     */
    public static void multiply(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a, int a0,
            float[] b,
            int b0, float[] c, int c0, boolean add) {
        run(workers, transA, transB, m, n, k, a, a0, b, b0, c, c0, add, null, false);
    }

    /**
     * C = op(A) x op(B) + bias in each row (n values), then max(0, C) if {@code relu} (NaN stays NaN): a dense layer.
     *
     * @throws IllegalArgumentException if a size is negative or an array too short
     */
    public static void multiplyAddBias(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a,
            float[] b,
            float @Nullable [] bias, boolean relu, float[] c) {
        if (bias != null) {
            check("bias", bias, 0, n);
        }
        run(workers, transA, transB, m, n, k, a, 0, b, 0, c, 0, false, bias, relu);
    }

    private static void run(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a, int a0,
            float[] b,
            int b0, float[] c, int c0, boolean add, float @Nullable [] bias, boolean relu) {
        if (m < 0 || n < 0 || k < 0) {
            throw new IllegalArgumentException("Gemm: m " + m + ", n " + n + ", k " + k + ": no size may be negative");
        }
        check("A", a, a0, (long) m * k);
        check("B", b, b0, (long) k * n);
        check("C", c, c0, (long) m * n);
        if (m == 0 || n == 0) {
            return;
        }
        if (k == 0) {
            if (!add) {
                Arrays.fill(c, c0, c0 + m * n, 0f);
            }
            if (bias != null || relu) {
                Epilogue.biasRelu(c, c0, n, m, n, bias, 0, relu);
            }
            return;
        }
        if (Gemv.tookOver(workers, transA, transB, m, n, k, a, a0, b, b0, c, c0, add, bias, relu)) {
            return;
        }
        // x W^T: W is read in place and only x rearranged, as W x^T.
        boolean swapped = transB && m < n && m <= FEW_COLUMNS;
        Scratch scratch = Scratch.mine();
        boolean small = !transA && !transB && n <= FEW_COLUMNS && m <= SMALL_ROWS;
        Product product = small ? scratch.small : swapped || n <= FEW_COLUMNS ? scratch.tall : scratch.wide;
        scratch.tall.swapped = swapped;
        product.transA = transA;
        product.transB = transB;
        product.m = m;
        product.n = n;
        product.k = k;
        product.a = a;
        product.a0 = a0;
        product.b = b;
        product.b0 = b0;
        product.c = c;
        product.c0 = c0;
        product.add = add;
        product.bias = bias;
        product.relu = relu;
        product.run(workers);
    }

    private static void check(String name, float[] array, int from, long count) {
        if (from < 0 || from + count > array.length) {
            throw new IllegalArgumentException(
                    "Gemm: " + name + " needs " + count + " floats from " + from + ", the array has " + array.length);
        }
    }
}
