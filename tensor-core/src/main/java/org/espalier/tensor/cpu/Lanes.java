package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector width all kernels share, and sums over lanes whose order never changes. */
final class Lanes {

    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    /** Floats in a vector: a power of two. */
    static final int COUNT = FLOATS.length();

    // One field for each distance: C2 folds a static final field, but not an element of an array.
    private static final VectorShuffle<Float> SWAP_8 = swap(8);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_1 = swap(1);

    private Lanes() {}

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) & (COUNT - 1));
    }

    /**
     * Adds the lanes by halves: lane i with lane i + COUNT/2, and so on. {@code reduceLanes(ADD)} may add in one order
     * in the interpreter and in another once compiled; this does not.
     */
    static float sum(FloatVector v) {
        if (COUNT > 16) {
            throw new IllegalStateException("Lanes.sum: vectors of " + COUNT + " floats; at most 16 are expected");
        }
        if (COUNT >= 16) {
            v = v.add(v.rearrange(SWAP_8));
        }
        if (COUNT >= 8) {
            v = v.add(v.rearrange(SWAP_4));
        }
        if (COUNT >= 4) {
            v = v.add(v.rearrange(SWAP_2));
        }
        if (COUNT >= 2) {
            v = v.add(v.rearrange(SWAP_1));
        }
        return v.lane(0);
    }

    /** {@code count} rounded up to a multiple of {@code unit}. */
    static int roundUp(int count, int unit) {
        return (count + unit - 1) / unit * unit;
    }

    /** {@code count / unit}, rounded up. */
    static int blocks(int count, int unit) {
        return (count + unit - 1) / unit;
    }
}
