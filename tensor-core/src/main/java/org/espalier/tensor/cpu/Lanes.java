package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of the {@link VectorWidth} that all kernels share, and sums over lanes whose order never changes. */
final class Lanes {

    private static final VectorShape SHAPE = VectorShape.forBitSize(VectorWidth.bits());
    static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, SHAPE);
    /** Floats in a vector: 4, 8 or 16. */
    static final int COUNT = FLOATS.length();

    /** Picks every second lane of two vectors: {@code a.rearrange(EVEN).blend(b.rearrange(EVEN), UPPER)}. */
    static final VectorShuffle<Float> EVEN = VectorShuffle.fromOp(FLOATS, lane -> 2 * lane % COUNT);
    static final VectorShuffle<Float> ODD = VectorShuffle.fromOp(FLOATS, lane -> (2 * lane + 1) % COUNT);
    static final VectorMask<Float> UPPER = VectorMask.fromLong(FLOATS, -1L << COUNT / 2);

    /** Lanes of the upper half of each pair, four, eight and sixteen. */
    static final VectorMask<Float> UPPER_OF_2 = everyLane(0b1010_1010_1010_1010);
    static final VectorMask<Float> UPPER_OF_4 = everyLane(0b1100_1100_1100_1100);
    static final VectorMask<Float> UPPER_OF_8 = everyLane(0b1111_0000_1111_0000);
    static final VectorMask<Float> UPPER_OF_16 = everyLane(0b1111_1111_0000_0000);

    // One field for each distance: C2 folds a static final field, but not an element of an array.
    static final VectorShuffle<Float> SWAP_8 = swap(8);
    static final VectorShuffle<Float> SWAP_4 = swap(4);
    static final VectorShuffle<Float> SWAP_2 = swap(2);
    static final VectorShuffle<Float> SWAP_1 = swap(1);

    private Lanes() {}

    private static VectorMask<Float> everyLane(int bits) {
        return VectorMask.fromLong(FLOATS, bits & (1 << COUNT) - 1);
    }

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) & (COUNT - 1));
    }

    /**
     * Adds the lanes by halves: lane i with lane i + COUNT/2, and so on. {@code reduceLanes(ADD)} may add in one order
     * in the interpreter and in another once compiled; this does not.
     */
    static float sum(FloatVector v) {
        return sumOfFour(eightToFour(sixteenToEight(v)));
    }

    private static FloatVector sixteenToEight(FloatVector v) {
        return COUNT >= 16 ? v.add(v.rearrange(SWAP_8)) : v;
    }

    private static FloatVector eightToFour(FloatVector v) {
        return COUNT >= 8 ? v.add(v.rearrange(SWAP_4)) : v;
    }

    private static float sumOfFour(FloatVector v) {
        FloatVector pair = v.add(v.rearrange(SWAP_2));
        return pair.add(pair.rearrange(SWAP_1)).lane(0);
    }

    /**
     * The same of a vector that was stored at the start of an array, such as {@link Scratch#lanes}: the way for sums of
     * short rows. A vector that is handed to a method which C2 does not inline becomes an object, and whether it inlines
     * hangs on how far profiles are when it compiles (seen: 160 bytes for each row of a softmax, in one JVM of three).
     */
    static float sum(float[] lanes) {
        return (everyFourth(lanes, 0) + everyFourth(lanes, 2)) + (everyFourth(lanes, 1) + everyFourth(lanes, 3));
    }

    private static float everyFourth(float[] lanes, int i) {
        return switch (COUNT) {
            case 4 -> lanes[i];
            case 8 -> lanes[i] + lanes[i + 4];
            default -> (lanes[i] + lanes[i + 8]) + (lanes[i + 4] + lanes[i + 12]);
        };
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
