package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of a sparse matrix times a strip of dense columns, 8, 4, 2 or 1 vectors wide: the sums of a row stay in registers
 * while its weights pass, and each weight reads one stretch of x. What limits them is the way of x from L2: 256 bytes for
 * each weight at batch 64.
 *
 * <p>All take segments of rows: row i has the weights up to {@code ends[e0 + i]}, the first from {@code first} on. Its sums
 * start at {@code start[s0 + i * startStep]} and go to {@code y[y0 + i * yStep]}; the weight at p meets the stretch of x
 * at {@code x0 + offsets[p] * stride}.
 */
final class SparseKernels {
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    /** The widest strip, in floats. */
    static final int WIDEST = 8 * LANES;

    /** Where sums start that go on from nothing. */
    static final float[] ZEROS = new float[WIDEST];

    private SparseKernels() {}

    /** The strip for so many columns: the widest that they fill, or the narrowest that holds them. */
    static int width(int columns) {
        int vectors = columns / LANES;
        return LANES * (vectors >= 8 ? 8 : vectors >= 4 ? 4 : vectors >= 2 ? 2 : 1);
    }

    /** For a strip of {@code width} floats. */
    static void multiply(int width, int rows, int[] ends, int e0, int first, int[] offsets, float[] values, float[] x,
            int x0, int stride, float[] start, int s0, int startStep, float[] y, int y0, int yStep) {
        switch (width / LANES) {
            case 8 -> eight(rows, ends, e0, first, offsets, values, x, x0, stride, start, s0, startStep, y, y0, yStep);
            case 4 -> four(rows, ends, e0, first, offsets, values, x, x0, stride, start, s0, startStep, y, y0, yStep);
            case 2 -> two(rows, ends, e0, first, offsets, values, x, x0, stride, start, s0, startStep, y, y0, yStep);
            case 1 -> one(rows, ends, e0, first, offsets, values, x, x0, stride, start, s0, startStep, y, y0, yStep);
            default -> throw new IllegalArgumentException("SparseKernels: no strip of " + width + " floats");
        }
    }

    private static void eight(int rows, int[] ends, int e0, int first, int[] offsets, float[] values, float[] x,
            int x0, int stride, float[] start, int s0, int startStep, float[] y, int y0, int yStep) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            int s = s0 + i * startStep;
            FloatVector v0 = FloatVector.fromArray(S, start, s);
            FloatVector v1 = FloatVector.fromArray(S, start, s + LANES);
            FloatVector v2 = FloatVector.fromArray(S, start, s + 2 * LANES);
            FloatVector v3 = FloatVector.fromArray(S, start, s + 3 * LANES);
            FloatVector v4 = FloatVector.fromArray(S, start, s + 4 * LANES);
            FloatVector v5 = FloatVector.fromArray(S, start, s + 5 * LANES);
            FloatVector v6 = FloatVector.fromArray(S, start, s + 6 * LANES);
            FloatVector v7 = FloatVector.fromArray(S, start, s + 7 * LANES);
            for (; p < end; p++) {
                FloatVector w = FloatVector.broadcast(S, values[p]);
                int at = x0 + offsets[p] * stride;
                v0 = w.fma(FloatVector.fromArray(S, x, at), v0);
                v1 = w.fma(FloatVector.fromArray(S, x, at + LANES), v1);
                v2 = w.fma(FloatVector.fromArray(S, x, at + 2 * LANES), v2);
                v3 = w.fma(FloatVector.fromArray(S, x, at + 3 * LANES), v3);
                v4 = w.fma(FloatVector.fromArray(S, x, at + 4 * LANES), v4);
                v5 = w.fma(FloatVector.fromArray(S, x, at + 5 * LANES), v5);
                v6 = w.fma(FloatVector.fromArray(S, x, at + 6 * LANES), v6);
                v7 = w.fma(FloatVector.fromArray(S, x, at + 7 * LANES), v7);
            }
            int to = y0 + i * yStep;
            v0.intoArray(y, to);
            v1.intoArray(y, to + LANES);
            v2.intoArray(y, to + 2 * LANES);
            v3.intoArray(y, to + 3 * LANES);
            v4.intoArray(y, to + 4 * LANES);
            v5.intoArray(y, to + 5 * LANES);
            v6.intoArray(y, to + 6 * LANES);
            v7.intoArray(y, to + 7 * LANES);
        }
    }

    private static void four(int rows, int[] ends, int e0, int first, int[] offsets, float[] values, float[] x, int x0,
            int stride, float[] start, int s0, int startStep, float[] y, int y0, int yStep) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            int s = s0 + i * startStep;
            FloatVector v0 = FloatVector.fromArray(S, start, s);
            FloatVector v1 = FloatVector.fromArray(S, start, s + LANES);
            FloatVector v2 = FloatVector.fromArray(S, start, s + 2 * LANES);
            FloatVector v3 = FloatVector.fromArray(S, start, s + 3 * LANES);
            for (; p < end; p++) {
                FloatVector w = FloatVector.broadcast(S, values[p]);
                int at = x0 + offsets[p] * stride;
                v0 = w.fma(FloatVector.fromArray(S, x, at), v0);
                v1 = w.fma(FloatVector.fromArray(S, x, at + LANES), v1);
                v2 = w.fma(FloatVector.fromArray(S, x, at + 2 * LANES), v2);
                v3 = w.fma(FloatVector.fromArray(S, x, at + 3 * LANES), v3);
            }
            int to = y0 + i * yStep;
            v0.intoArray(y, to);
            v1.intoArray(y, to + LANES);
            v2.intoArray(y, to + 2 * LANES);
            v3.intoArray(y, to + 3 * LANES);
        }
    }

    private static void two(int rows, int[] ends, int e0, int first, int[] offsets, float[] values, float[] x, int x0,
            int stride, float[] start, int s0, int startStep, float[] y, int y0, int yStep) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            int s = s0 + i * startStep;
            FloatVector v0 = FloatVector.fromArray(S, start, s);
            FloatVector v1 = FloatVector.fromArray(S, start, s + LANES);
            for (; p < end; p++) {
                FloatVector w = FloatVector.broadcast(S, values[p]);
                int at = x0 + offsets[p] * stride;
                v0 = w.fma(FloatVector.fromArray(S, x, at), v0);
                v1 = w.fma(FloatVector.fromArray(S, x, at + LANES), v1);
            }
            int to = y0 + i * yStep;
            v0.intoArray(y, to);
            v1.intoArray(y, to + LANES);
        }
    }

    private static void one(int rows, int[] ends, int e0, int first, int[] offsets, float[] values, float[] x, int x0,
            int stride, float[] start, int s0, int startStep, float[] y, int y0, int yStep) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            FloatVector v0 = FloatVector.fromArray(S, start, s0 + i * startStep);
            for (; p < end; p++) {
                FloatVector w = FloatVector.broadcast(S, values[p]);
                v0 = w.fma(FloatVector.fromArray(S, x, x0 + offsets[p] * stride), v0);
            }
            v0.intoArray(y, y0 + i * yStep);
        }
    }
}
