package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of rows of a dense matrix with those rows of another that a sparse matrix names: element (r, c) of a b' where
 * W has a weight. {@link AlignedStrips} has those of the widest strips.
 *
 * <p>Segments of rows are those of {@link SparseKernels}; the stretch of c lies at {@code b0 + c * stride}. The sum for the
 * weight at p comes to {@code found[p - first]}; what lies behind the last may be overwritten, up to a vector.
 */
final class SparseDots {
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private SparseDots() {}

    /** Over one vector of samples. */
    static void one(int rows, int[] ends, int e0, int first, int[] columns, float[] a, int a0, int aStep, float[] b,
            int b0, int stride, float[] found) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            FloatVector v0 = FloatVector.fromArray(S, a, a0 + i * aStep);
            for (; p < end; p++) {
                FloatVector e = v0.mul(FloatVector.fromArray(S, b, b0 + columns[p] * stride));
                e = e.add(e.rearrange(Lanes.SWAP_1));
                e = e.add(e.rearrange(Lanes.SWAP_2));
                e = LANES >= 8 ? e.add(e.rearrange(Lanes.SWAP_4)) : e;
                e = LANES >= 16 ? e.add(e.rearrange(Lanes.SWAP_8)) : e;
                found[p - first] = e.lane(0);
            }
        }
    }
}
