package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The innermost loops of {@link Winograd}: as in {@link GemmKernels}, of points that lie a constant step apart. */
final class WinogradKernels {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int COLUMNS = GemmKernels.COLUMNS;
    private static final int FOUR = GemmKernels.ROWS;
    private static final int SIX = GemmKernels.TALL;
    private static final int STEP = WinogradTransforms.STEP;

    private WinogradKernels() {}

    /** c = or += a x b: a is packed (depth, 4), rows of b and of c are STEP apart. */
    static void fourRows(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        for (int p = 0, i = a0, j = b0; p < depth; p++, i += FOUR, j += STEP) {
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
            FloatVector.fromArray(S, c, c0 + STEP).add(c10).intoArray(c, c0 + STEP);
            FloatVector.fromArray(S, c, c0 + STEP + LANES).add(c11).intoArray(c, c0 + STEP + LANES);
            FloatVector.fromArray(S, c, c0 + 2 * STEP).add(c20).intoArray(c, c0 + 2 * STEP);
            FloatVector.fromArray(S, c, c0 + 2 * STEP + LANES).add(c21).intoArray(c, c0 + 2 * STEP + LANES);
            FloatVector.fromArray(S, c, c0 + 3 * STEP).add(c30).intoArray(c, c0 + 3 * STEP);
            FloatVector.fromArray(S, c, c0 + 3 * STEP + LANES).add(c31).intoArray(c, c0 + 3 * STEP + LANES);
        } else {
            c00.intoArray(c, c0);
            c01.intoArray(c, c0 + LANES);
            c10.intoArray(c, c0 + STEP);
            c11.intoArray(c, c0 + STEP + LANES);
            c20.intoArray(c, c0 + 2 * STEP);
            c21.intoArray(c, c0 + 2 * STEP + LANES);
            c30.intoArray(c, c0 + 3 * STEP);
            c31.intoArray(c, c0 + 3 * STEP + LANES);
        }
    }

    /** The same for six rows. */
    static void sixRows(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
        for (int p = 0, i = a0, j = b0; p < depth; p++, i += SIX, j += STEP) {
            FloatVector y0 = FloatVector.fromArray(S, b, j);
            FloatVector y1 = FloatVector.fromArray(S, b, j + LANES);
            FloatVector x0 = FloatVector.broadcast(S, a[i]);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            GemmKernels.inOrder();
            FloatVector x1 = FloatVector.broadcast(S, a[i + 1]);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            GemmKernels.inOrder();
            FloatVector x2 = FloatVector.broadcast(S, a[i + 2]);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            GemmKernels.inOrder();
            FloatVector x3 = FloatVector.broadcast(S, a[i + 3]);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
            GemmKernels.inOrder();
            FloatVector x4 = FloatVector.broadcast(S, a[i + 4]);
            c40 = x4.fma(y0, c40);
            c41 = x4.fma(y1, c41);
            GemmKernels.inOrder();
            FloatVector x5 = FloatVector.broadcast(S, a[i + 5]);
            c50 = x5.fma(y0, c50);
            c51 = x5.fma(y1, c51);
        }
        if (add) {
            FloatVector.fromArray(S, c, c0).add(c00).intoArray(c, c0);
            FloatVector.fromArray(S, c, c0 + LANES).add(c01).intoArray(c, c0 + LANES);
            FloatVector.fromArray(S, c, c0 + STEP).add(c10).intoArray(c, c0 + STEP);
            FloatVector.fromArray(S, c, c0 + STEP + LANES).add(c11).intoArray(c, c0 + STEP + LANES);
            FloatVector.fromArray(S, c, c0 + 2 * STEP).add(c20).intoArray(c, c0 + 2 * STEP);
            FloatVector.fromArray(S, c, c0 + 2 * STEP + LANES).add(c21).intoArray(c, c0 + 2 * STEP + LANES);
            FloatVector.fromArray(S, c, c0 + 3 * STEP).add(c30).intoArray(c, c0 + 3 * STEP);
            FloatVector.fromArray(S, c, c0 + 3 * STEP + LANES).add(c31).intoArray(c, c0 + 3 * STEP + LANES);
            FloatVector.fromArray(S, c, c0 + 4 * STEP).add(c40).intoArray(c, c0 + 4 * STEP);
            FloatVector.fromArray(S, c, c0 + 4 * STEP + LANES).add(c41).intoArray(c, c0 + 4 * STEP + LANES);
            FloatVector.fromArray(S, c, c0 + 5 * STEP).add(c50).intoArray(c, c0 + 5 * STEP);
            FloatVector.fromArray(S, c, c0 + 5 * STEP + LANES).add(c51).intoArray(c, c0 + 5 * STEP + LANES);
        } else {
            c00.intoArray(c, c0);
            c01.intoArray(c, c0 + LANES);
            c10.intoArray(c, c0 + STEP);
            c11.intoArray(c, c0 + STEP + LANES);
            c20.intoArray(c, c0 + 2 * STEP);
            c21.intoArray(c, c0 + 2 * STEP + LANES);
            c30.intoArray(c, c0 + 3 * STEP);
            c31.intoArray(c, c0 + 3 * STEP + LANES);
            c40.intoArray(c, c0 + 4 * STEP);
            c41.intoArray(c, c0 + 4 * STEP + LANES);
            c50.intoArray(c, c0 + 5 * STEP);
            c51.intoArray(c, c0 + 5 * STEP + LANES);
        }
    }

    /** c (6 x COLUMNS) += a x b, all of them with rows that are COLUMNS apart: a is (depth, rows), b (depth, columns). */
    static void addSixRows(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector c00 = FloatVector.fromArray(S, c, c0);
        FloatVector c01 = FloatVector.fromArray(S, c, c0 + LANES);
        FloatVector c10 = FloatVector.fromArray(S, c, c0 + COLUMNS);
        FloatVector c11 = FloatVector.fromArray(S, c, c0 + COLUMNS + LANES);
        FloatVector c20 = FloatVector.fromArray(S, c, c0 + 2 * COLUMNS);
        FloatVector c21 = FloatVector.fromArray(S, c, c0 + 2 * COLUMNS + LANES);
        FloatVector c30 = FloatVector.fromArray(S, c, c0 + 3 * COLUMNS);
        FloatVector c31 = FloatVector.fromArray(S, c, c0 + 3 * COLUMNS + LANES);
        FloatVector c40 = FloatVector.fromArray(S, c, c0 + 4 * COLUMNS);
        FloatVector c41 = FloatVector.fromArray(S, c, c0 + 4 * COLUMNS + LANES);
        FloatVector c50 = FloatVector.fromArray(S, c, c0 + 5 * COLUMNS);
        FloatVector c51 = FloatVector.fromArray(S, c, c0 + 5 * COLUMNS + LANES);
        for (int p = 0, i = a0, j = b0; p < depth; p++, i += COLUMNS, j += COLUMNS) {
            FloatVector y0 = FloatVector.fromArray(S, b, j);
            FloatVector y1 = FloatVector.fromArray(S, b, j + LANES);
            FloatVector x0 = FloatVector.broadcast(S, a[i]);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            GemmKernels.inOrder();
            FloatVector x1 = FloatVector.broadcast(S, a[i + 1]);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            GemmKernels.inOrder();
            FloatVector x2 = FloatVector.broadcast(S, a[i + 2]);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            GemmKernels.inOrder();
            FloatVector x3 = FloatVector.broadcast(S, a[i + 3]);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
            GemmKernels.inOrder();
            FloatVector x4 = FloatVector.broadcast(S, a[i + 4]);
            c40 = x4.fma(y0, c40);
            c41 = x4.fma(y1, c41);
            GemmKernels.inOrder();
            FloatVector x5 = FloatVector.broadcast(S, a[i + 5]);
            c50 = x5.fma(y0, c50);
            c51 = x5.fma(y1, c51);
        }
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + LANES);
        c10.intoArray(c, c0 + COLUMNS);
        c11.intoArray(c, c0 + COLUMNS + LANES);
        c20.intoArray(c, c0 + 2 * COLUMNS);
        c21.intoArray(c, c0 + 2 * COLUMNS + LANES);
        c30.intoArray(c, c0 + 3 * COLUMNS);
        c31.intoArray(c, c0 + 3 * COLUMNS + LANES);
        c40.intoArray(c, c0 + 4 * COLUMNS);
        c41.intoArray(c, c0 + 4 * COLUMNS + LANES);
        c50.intoArray(c, c0 + 5 * COLUMNS);
        c51.intoArray(c, c0 + 5 * COLUMNS + LANES);
    }

    /** The same for four rows. */
    static void addFourRows(int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector c00 = FloatVector.fromArray(S, c, c0);
        FloatVector c01 = FloatVector.fromArray(S, c, c0 + LANES);
        FloatVector c10 = FloatVector.fromArray(S, c, c0 + COLUMNS);
        FloatVector c11 = FloatVector.fromArray(S, c, c0 + COLUMNS + LANES);
        FloatVector c20 = FloatVector.fromArray(S, c, c0 + 2 * COLUMNS);
        FloatVector c21 = FloatVector.fromArray(S, c, c0 + 2 * COLUMNS + LANES);
        FloatVector c30 = FloatVector.fromArray(S, c, c0 + 3 * COLUMNS);
        FloatVector c31 = FloatVector.fromArray(S, c, c0 + 3 * COLUMNS + LANES);
        for (int p = 0, i = a0, j = b0; p < depth; p++, i += COLUMNS, j += COLUMNS) {
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
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + LANES);
        c10.intoArray(c, c0 + COLUMNS);
        c11.intoArray(c, c0 + COLUMNS + LANES);
        c20.intoArray(c, c0 + 2 * COLUMNS);
        c21.intoArray(c, c0 + 2 * COLUMNS + LANES);
        c30.intoArray(c, c0 + 3 * COLUMNS);
        c31.intoArray(c, c0 + 3 * COLUMNS + LANES);
    }
}
