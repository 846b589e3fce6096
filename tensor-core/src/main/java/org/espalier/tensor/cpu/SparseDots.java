package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of rows of a dense matrix with those rows of another that a sparse matrix names: element (r, c) of a b' where
 * W has a weight. The stretch of a stays in registers for all weights of a row, and four sums are brought together at a
 * time: that takes fewer instructions than one by one.
 *
 * <p>Segments of rows are those of {@link SparseKernels}; the stretch of c lies at {@code b0 + c * stride}. The sum for the
 * weight at p comes to {@code found[p - first]}; what lies behind the last is overwritten, up to a vector.
 */
final class SparseDots {
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private SparseDots() {}

    /** Over eight vectors of samples. */
    static void eight(int rows, int[] ends, int e0, int first, int[] columns, float[] a, int a0, int aStep, float[] b,
            int b0, int stride, float[] found) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            int row = a0 + i * aStep;
            FloatVector v0 = FloatVector.fromArray(S, a, row);
            FloatVector v1 = FloatVector.fromArray(S, a, row + LANES);
            FloatVector v2 = FloatVector.fromArray(S, a, row + 2 * LANES);
            FloatVector v3 = FloatVector.fromArray(S, a, row + 3 * LANES);
            FloatVector v4 = FloatVector.fromArray(S, a, row + 4 * LANES);
            FloatVector v5 = FloatVector.fromArray(S, a, row + 5 * LANES);
            FloatVector v6 = FloatVector.fromArray(S, a, row + 6 * LANES);
            FloatVector v7 = FloatVector.fromArray(S, a, row + 7 * LANES);
            for (; p <= end - 4; p += 4) {
                int at0 = b0 + columns[p] * stride;
                FloatVector d0 = v0.mul(FloatVector.fromArray(S, b, at0));
                FloatVector f0 = v1.mul(FloatVector.fromArray(S, b, at0 + LANES));
                d0 = v2.fma(FloatVector.fromArray(S, b, at0 + 2 * LANES), d0);
                f0 = v3.fma(FloatVector.fromArray(S, b, at0 + 3 * LANES), f0);
                d0 = v4.fma(FloatVector.fromArray(S, b, at0 + 4 * LANES), d0);
                f0 = v5.fma(FloatVector.fromArray(S, b, at0 + 5 * LANES), f0);
                d0 = v6.fma(FloatVector.fromArray(S, b, at0 + 6 * LANES), d0);
                f0 = v7.fma(FloatVector.fromArray(S, b, at0 + 7 * LANES), f0).add(d0);
                int at2 = b0 + columns[p + 2] * stride;
                FloatVector d2 = v0.mul(FloatVector.fromArray(S, b, at2));
                FloatVector f2 = v1.mul(FloatVector.fromArray(S, b, at2 + LANES));
                d2 = v2.fma(FloatVector.fromArray(S, b, at2 + 2 * LANES), d2);
                f2 = v3.fma(FloatVector.fromArray(S, b, at2 + 3 * LANES), f2);
                d2 = v4.fma(FloatVector.fromArray(S, b, at2 + 4 * LANES), d2);
                f2 = v5.fma(FloatVector.fromArray(S, b, at2 + 5 * LANES), f2);
                d2 = v6.fma(FloatVector.fromArray(S, b, at2 + 6 * LANES), d2);
                f2 = v7.fma(FloatVector.fromArray(S, b, at2 + 7 * LANES), f2).add(d2);
                FloatVector even = f0.blend(f2, Lanes.UPPER_OF_4)
                        .add(f2.blend(f0, Lanes.UPPER_OF_4).rearrange(Lanes.SWAP_2));
                int at1 = b0 + columns[p + 1] * stride;
                FloatVector d1 = v0.mul(FloatVector.fromArray(S, b, at1));
                FloatVector f1 = v1.mul(FloatVector.fromArray(S, b, at1 + LANES));
                d1 = v2.fma(FloatVector.fromArray(S, b, at1 + 2 * LANES), d1);
                f1 = v3.fma(FloatVector.fromArray(S, b, at1 + 3 * LANES), f1);
                d1 = v4.fma(FloatVector.fromArray(S, b, at1 + 4 * LANES), d1);
                f1 = v5.fma(FloatVector.fromArray(S, b, at1 + 5 * LANES), f1);
                d1 = v6.fma(FloatVector.fromArray(S, b, at1 + 6 * LANES), d1);
                f1 = v7.fma(FloatVector.fromArray(S, b, at1 + 7 * LANES), f1).add(d1);
                int at3 = b0 + columns[p + 3] * stride;
                FloatVector d3 = v0.mul(FloatVector.fromArray(S, b, at3));
                FloatVector f3 = v1.mul(FloatVector.fromArray(S, b, at3 + LANES));
                d3 = v2.fma(FloatVector.fromArray(S, b, at3 + 2 * LANES), d3);
                f3 = v3.fma(FloatVector.fromArray(S, b, at3 + 3 * LANES), f3);
                d3 = v4.fma(FloatVector.fromArray(S, b, at3 + 4 * LANES), d3);
                f3 = v5.fma(FloatVector.fromArray(S, b, at3 + 5 * LANES), f3);
                d3 = v6.fma(FloatVector.fromArray(S, b, at3 + 6 * LANES), d3);
                f3 = v7.fma(FloatVector.fromArray(S, b, at3 + 7 * LANES), f3).add(d3);
                FloatVector odd = f1.blend(f3, Lanes.UPPER_OF_4)
                        .add(f3.blend(f1, Lanes.UPPER_OF_4).rearrange(Lanes.SWAP_2));
                FloatVector sums = even.blend(odd, Lanes.UPPER_OF_2)
                        .add(odd.blend(even, Lanes.UPPER_OF_2).rearrange(Lanes.SWAP_1));
                sums = LANES >= 8 ? sums.add(sums.rearrange(Lanes.SWAP_4)) : sums;
                sums = LANES >= 16 ? sums.add(sums.rearrange(Lanes.SWAP_8)) : sums;
                sums.intoArray(found, p - first);
            }
            for (; p < end; p++) {
                int at = b0 + columns[p] * stride;
                FloatVector d = v0.mul(FloatVector.fromArray(S, b, at));
                FloatVector e = v1.mul(FloatVector.fromArray(S, b, at + LANES));
                d = v2.fma(FloatVector.fromArray(S, b, at + 2 * LANES), d);
                e = v3.fma(FloatVector.fromArray(S, b, at + 3 * LANES), e);
                d = v4.fma(FloatVector.fromArray(S, b, at + 4 * LANES), d);
                e = v5.fma(FloatVector.fromArray(S, b, at + 5 * LANES), e);
                d = v6.fma(FloatVector.fromArray(S, b, at + 6 * LANES), d);
                e = v7.fma(FloatVector.fromArray(S, b, at + 7 * LANES), e).add(d);
                e = e.add(e.rearrange(Lanes.SWAP_2));
                e = e.add(e.rearrange(Lanes.SWAP_1));
                e = LANES >= 8 ? e.add(e.rearrange(Lanes.SWAP_4)) : e;
                e = LANES >= 16 ? e.add(e.rearrange(Lanes.SWAP_8)) : e;
                found[p - first] = e.lane(0);
            }
        }
    }

    /** Over one vector of samples. */
    static void one(int rows, int[] ends, int e0, int first, int[] columns, float[] a, int a0, int aStep, float[] b,
            int b0, int stride, float[] found) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            FloatVector v0 = FloatVector.fromArray(S, a, a0 + i * aStep);
            for (; p < end; p++) {
                FloatVector e = v0.mul(FloatVector.fromArray(S, b, b0 + columns[p] * stride));
                e = e.add(e.rearrange(Lanes.SWAP_2));
                e = e.add(e.rearrange(Lanes.SWAP_1));
                e = LANES >= 8 ? e.add(e.rearrange(Lanes.SWAP_4)) : e;
                e = LANES >= 16 ? e.add(e.rearrange(Lanes.SWAP_8)) : e;
                found[p - first] = e.lane(0);
            }
        }
    }
}
