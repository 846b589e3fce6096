package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a dense product: one tile of {@value #ROWS} rows by two vectors, kept in registers over the
 * depth.
 *
 * <p>4 x 2 vectors: eight sums in flight hide the latency of FMA (4 cycles, two a cycle), and with two vectors of B and
 * one of A they leave registers to spare. 6 x 2 would read less, but C2 spills one of its sums and halves the speed (98
 * to 43 GFLOP/s, Zen 3).
 *
 * <p>Each sum is one chain of FMA over the depth, starting from 0, then added to C if asked: the same for every tile
 * and both kernels, so an element's bits don't depend on where tiles and tasks begin.
 */
final class GemmKernels {

    static final int ROWS = 4;
    static final VectorSpecies<Float> S = Lanes.FLOATS;
    static final int LANES = Lanes.COUNT;
    static final int COLUMNS = 2 * LANES;

    private GemmKernels() {}

    /**
     * c (ROWS x COLUMNS, rows ldc apart) = or += a x b, plain: a is packed (depth, ROWS), b is packed (depth, COLUMNS).
     */
    static void plain(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc, boolean add) {
        for (int r = 0; r < ROWS; r++) {
            for (int q = 0; q < COLUMNS; q++) {
                float sum = 0f;
                for (int p = 0; p < depth; p++) {
                    sum = Math.fma(a[a0 + p * ROWS + r], b[b0 + p * COLUMNS + q], sum);
                }
                c[c0 + r * ldc + q] = add ? c[c0 + r * ldc + q] + sum : sum;
            }
        }
    }

    /** The same, in registers. */
    static void packed(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        for (int p = 0, i = a0, j = b0; p < depth; p++, i += ROWS, j += COLUMNS) {
            FloatVector y0 = FloatVector.fromArray(S, b, j);
            FloatVector y1 = FloatVector.fromArray(S, b, j + LANES);
            FloatVector x0 = FloatVector.broadcast(S, a[i]);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            FloatVector x1 = FloatVector.broadcast(S, a[i + 1]);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            FloatVector x2 = FloatVector.broadcast(S, a[i + 2]);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            FloatVector x3 = FloatVector.broadcast(S, a[i + 3]);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
        }
        store(c00, c01, c, c0, add);
        store(c10, c11, c, c0 + ldc, add);
        store(c20, c21, c, c0 + 2 * ldc, add);
        store(c30, c31, c, c0 + 3 * ldc, add);
    }

    /**
     * The same with the rows of a where they are: row r starts at a[rows_r] and is contiguous over the depth. Saves the
     * packing of an operand that is used for few columns only.
     */
    static void inPlace(int depth, float[] a, int row0, int row1, int row2, int row3, float[] b, int b0, float[] c,
            int c0,
            int ldc, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        for (int p = 0, j = b0; p < depth; p++, j += COLUMNS) {
            FloatVector y0 = FloatVector.fromArray(S, b, j);
            FloatVector y1 = FloatVector.fromArray(S, b, j + LANES);
            FloatVector x0 = FloatVector.broadcast(S, a[row0 + p]);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            FloatVector x1 = FloatVector.broadcast(S, a[row1 + p]);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            FloatVector x2 = FloatVector.broadcast(S, a[row2 + p]);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            FloatVector x3 = FloatVector.broadcast(S, a[row3 + p]);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
        }
        store(c00, c01, c, c0, add);
        store(c10, c11, c, c0 + ldc, add);
        store(c20, c21, c, c0 + 2 * ldc, add);
        store(c30, c31, c, c0 + 3 * ldc, add);
    }

    private static void store(FloatVector left, FloatVector right, float[] c, int at, boolean add) {
        if (add) {
            FloatVector.fromArray(S, c, at).add(left).intoArray(c, at);
            FloatVector.fromArray(S, c, at + LANES).add(right).intoArray(c, at + LANES);
        } else {
            left.intoArray(c, at);
            right.intoArray(c, at + LANES);
        }
    }
}
