package org.espalier.tensor.cpu;

import java.lang.invoke.VarHandle;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of a dense product: one tile of some rows by two vectors, kept in registers over the depth.
 *
 * <p>{@value #ROWS} x 2 vectors: eight sums in flight just hide the latency of FMA (4 cycles, two a cycle), and with two
 * vectors of B and one of A they leave registers to spare. {@value #TALL} x 2 has sums enough to hide a late load as
 * well, and reads less (81 and 87 GFLOP/s of 90, Zen 4, 256 bits), but needs 15 registers of the 16 that x86 has: see
 * {@link #inOrder}.
 *
 * <p>Each sum is one chain of FMA over the depth, starting from 0, then added to C if asked: the same for every tile
 * and all kernels, so an element's bits don't depend on where tiles and tasks begin.
 */
final class GemmKernels {

    static final int ROWS = 4;
    static final int TALL = 6;
    static final VectorSpecies<Float> S = Lanes.FLOATS;
    static final int LANES = Lanes.COUNT;
    static final int COLUMNS = 2 * LANES;

    /** Where {@link #inOrder} is free: x86 does not reorder loads, so that the fence is no instruction there. */
    private static final boolean FENCES_ARE_FREE = Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

    private GemmKernels() {}

    /**
     * Keeps C2 from moving what is loaded later to before this point. Its scheduler would load all of a step's elements
     * of A first, run out of registers, and keep one of the sums in memory (39 instead of 87 GFLOP/s). Machines on which
     * a fence costs time have 32 registers.
     */
    static void inOrder() {
        if (FENCES_ARE_FREE) {
            VarHandle.acquireFence();
        }
    }

    /**
     * c (rows x COLUMNS, rows ldc apart) = or += a x b, plain: a is packed (depth, rows), b is packed (depth, COLUMNS).
     */
    static void plain(int rows, int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc,
            boolean add) {
        for (int r = 0; r < rows; r++) {
            for (int q = 0; q < COLUMNS; q++) {
                float sum = 0f;
                for (int p = 0; p < depth; p++) {
                    sum = Math.fma(a[a0 + p * rows + r], b[b0 + p * COLUMNS + q], sum);
                }
                c[c0 + r * ldc + q] = add ? c[c0 + r * ldc + q] + sum : sum;
            }
        }
    }

    /** The same for {@value #ROWS} rows, in registers. */
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
        if (add) {
            FloatVector.fromArray(S, c, c0).add(c00).intoArray(c, c0);
            FloatVector.fromArray(S, c, c0 + LANES).add(c01).intoArray(c, c0 + LANES);
            FloatVector.fromArray(S, c, c0 + ldc).add(c10).intoArray(c, c0 + ldc);
            FloatVector.fromArray(S, c, c0 + ldc + LANES).add(c11).intoArray(c, c0 + ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 2 * ldc).add(c20).intoArray(c, c0 + 2 * ldc);
            FloatVector.fromArray(S, c, c0 + 2 * ldc + LANES).add(c21).intoArray(c, c0 + 2 * ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 3 * ldc).add(c30).intoArray(c, c0 + 3 * ldc);
            FloatVector.fromArray(S, c, c0 + 3 * ldc + LANES).add(c31).intoArray(c, c0 + 3 * ldc + LANES);
        } else {
            c00.intoArray(c, c0);
            c01.intoArray(c, c0 + LANES);
            c10.intoArray(c, c0 + ldc);
            c11.intoArray(c, c0 + ldc + LANES);
            c20.intoArray(c, c0 + 2 * ldc);
            c21.intoArray(c, c0 + 2 * ldc + LANES);
            c30.intoArray(c, c0 + 3 * ldc);
            c31.intoArray(c, c0 + 3 * ldc + LANES);
        }
    }

    /** The same for {@value #TALL} rows. */
    static void packedTall(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, int ldc, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
        for (int p = 0, i = a0, j = b0; p < depth; p++, i += TALL, j += COLUMNS) {
            FloatVector y0 = FloatVector.fromArray(S, b, j);
            FloatVector y1 = FloatVector.fromArray(S, b, j + LANES);
            FloatVector x0 = FloatVector.broadcast(S, a[i]);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            inOrder();
            FloatVector x1 = FloatVector.broadcast(S, a[i + 1]);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            inOrder();
            FloatVector x2 = FloatVector.broadcast(S, a[i + 2]);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            inOrder();
            FloatVector x3 = FloatVector.broadcast(S, a[i + 3]);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
            inOrder();
            FloatVector x4 = FloatVector.broadcast(S, a[i + 4]);
            c40 = x4.fma(y0, c40);
            c41 = x4.fma(y1, c41);
            inOrder();
            FloatVector x5 = FloatVector.broadcast(S, a[i + 5]);
            c50 = x5.fma(y0, c50);
            c51 = x5.fma(y1, c51);
        }
        if (add) {
            FloatVector.fromArray(S, c, c0).add(c00).intoArray(c, c0);
            FloatVector.fromArray(S, c, c0 + LANES).add(c01).intoArray(c, c0 + LANES);
            FloatVector.fromArray(S, c, c0 + ldc).add(c10).intoArray(c, c0 + ldc);
            FloatVector.fromArray(S, c, c0 + ldc + LANES).add(c11).intoArray(c, c0 + ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 2 * ldc).add(c20).intoArray(c, c0 + 2 * ldc);
            FloatVector.fromArray(S, c, c0 + 2 * ldc + LANES).add(c21).intoArray(c, c0 + 2 * ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 3 * ldc).add(c30).intoArray(c, c0 + 3 * ldc);
            FloatVector.fromArray(S, c, c0 + 3 * ldc + LANES).add(c31).intoArray(c, c0 + 3 * ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 4 * ldc).add(c40).intoArray(c, c0 + 4 * ldc);
            FloatVector.fromArray(S, c, c0 + 4 * ldc + LANES).add(c41).intoArray(c, c0 + 4 * ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 5 * ldc).add(c50).intoArray(c, c0 + 5 * ldc);
            FloatVector.fromArray(S, c, c0 + 5 * ldc + LANES).add(c51).intoArray(c, c0 + 5 * ldc + LANES);
        } else {
            c00.intoArray(c, c0);
            c01.intoArray(c, c0 + LANES);
            c10.intoArray(c, c0 + ldc);
            c11.intoArray(c, c0 + ldc + LANES);
            c20.intoArray(c, c0 + 2 * ldc);
            c21.intoArray(c, c0 + 2 * ldc + LANES);
            c30.intoArray(c, c0 + 3 * ldc);
            c31.intoArray(c, c0 + 3 * ldc + LANES);
            c40.intoArray(c, c0 + 4 * ldc);
            c41.intoArray(c, c0 + 4 * ldc + LANES);
            c50.intoArray(c, c0 + 5 * ldc);
            c51.intoArray(c, c0 + 5 * ldc + LANES);
        }
    }

    /**
     * {@value #ROWS} rows, which lie where they are: row r starts at a[rows_r] and is contiguous over the depth. Saves the
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
        if (add) {
            FloatVector.fromArray(S, c, c0).add(c00).intoArray(c, c0);
            FloatVector.fromArray(S, c, c0 + LANES).add(c01).intoArray(c, c0 + LANES);
            FloatVector.fromArray(S, c, c0 + ldc).add(c10).intoArray(c, c0 + ldc);
            FloatVector.fromArray(S, c, c0 + ldc + LANES).add(c11).intoArray(c, c0 + ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 2 * ldc).add(c20).intoArray(c, c0 + 2 * ldc);
            FloatVector.fromArray(S, c, c0 + 2 * ldc + LANES).add(c21).intoArray(c, c0 + 2 * ldc + LANES);
            FloatVector.fromArray(S, c, c0 + 3 * ldc).add(c30).intoArray(c, c0 + 3 * ldc);
            FloatVector.fromArray(S, c, c0 + 3 * ldc + LANES).add(c31).intoArray(c, c0 + 3 * ldc + LANES);
        } else {
            c00.intoArray(c, c0);
            c01.intoArray(c, c0 + LANES);
            c10.intoArray(c, c0 + ldc);
            c11.intoArray(c, c0 + ldc + LANES);
            c20.intoArray(c, c0 + 2 * ldc);
            c21.intoArray(c, c0 + 2 * ldc + LANES);
            c30.intoArray(c, c0 + 3 * ldc);
            c31.intoArray(c, c0 + 3 * ldc + LANES);
        }
    }
}
