package org.espalier.tensor.cpu;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.espalier.tensor.random.Philox;

/**
 * The numbers of {@link Philox}, bit for bit, for whole arrays: some counters at a time, each word in the lower half of
 * a long.
 */
public final class PhiloxFill {

    private static final double COST = 12;
    private static final VectorSpecies<Long> S = Lanes.LONGS;
    private static final int BLOCKS = S.length();
    private static final int WORDS = 4 * BLOCKS;
    // The constants of Philox4x32-10, as there.
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;
    // Four words of a block lie in four lanes, two from the low vector and two from the high one. Shuffles are of ints:
    // x86 has none of two longs.
    private static final VectorShuffle<Integer> FIRST_BLOCKS = twoOfFour(0);
    private static final VectorShuffle<Integer> OTHER_BLOCKS = twoOfFour(BLOCKS);
    private static final VectorMask<Integer> HIGH = VectorMask.fromLong(Lanes.INTS, 0xCCCCCCCCCCCCCCCCL);

    private PhiloxFill() {}

    /** out = uniform numbers 0 to n - 1 of a stream, in [0, 1): see {@link Philox#uniform}. */
    public static void uniform(Workers workers, long key, long stream, int n, float[] out) {
        Chunks.run(workers, n, COST, (from, end) -> {
            int[] words = Scratch.mine().offsets(WORDS);
            for (int i = from; i < end; i += WORDS) {
                blocks(key, stream, i / 4, words);
                for (int j = 0; j < Math.min(WORDS, end - i); j++) {
                    out[i + j] = Philox.unit(words[j]);
                }
            }
        });
    }

    private static void blocks(long key, long stream, int counter, int[] words) {
        LongVector c0 = LongVector.broadcast(S, counter).addIndex(1);
        LongVector c1 = LongVector.zero(S);
        LongVector c2 = LongVector.broadcast(S, stream & LOW);
        LongVector c3 = LongVector.broadcast(S, stream >>> 32);
        // The masks tell C2 that the factors have 32 bits: then a product is one instruction.
        LongVector multiplier0 = LongVector.broadcast(S, MULTIPLIER_0).and(LOW);
        LongVector multiplier1 = LongVector.broadcast(S, MULTIPLIER_1).and(LOW);
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            LongVector product0 = c0.and(LOW).mul(multiplier0);
            LongVector product1 = c2.and(LOW).mul(multiplier1);
            c0 = product1.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c1)
                    .lanewise(VectorOperators.XOR, k0 & LOW);
            c1 = product1.and(LOW);
            c2 = product0.lanewise(VectorOperators.LSHR, 32).lanewise(VectorOperators.XOR, c3)
                    .lanewise(VectorOperators.XOR, k1 & LOW);
            c3 = product0.and(LOW);
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        LongVector low = c0.or(c1.lanewise(VectorOperators.LSHL, 32));
        LongVector high = c2.or(c3.lanewise(VectorOperators.LSHL, 32));
        IntVector first = low.reinterpretAsInts();
        IntVector second = high.reinterpretAsInts();
        interleave(first, second, FIRST_BLOCKS).intoArray(words, 0);
        interleave(first, second, OTHER_BLOCKS).intoArray(words, 2 * BLOCKS);
    }

    /** Of each four lanes the first two are from low, the others from high, the same two lanes of either. */
    private static IntVector interleave(IntVector low, IntVector high, VectorShuffle<Integer> blocks) {
        return low.rearrange(blocks).blend(high.rearrange(blocks), HIGH);
    }

    private static VectorShuffle<Integer> twoOfFour(int first) {
        return VectorShuffle.fromOp(Lanes.INTS, lane -> first + lane / 4 * 2 + lane % 2);
    }
}
