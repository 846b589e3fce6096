package org.espalier.tensor.cpu;

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
    private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;
    private static final int BLOCKS = S.length();
    private static final int WORDS = 4 * BLOCKS;
    // The constants of Philox4x32-10, as there.
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;
    private static final VectorShuffle<Long> FIRST_HALF = VectorShuffle.fromOp(S, lane -> lane / 2);
    private static final VectorShuffle<Long> SECOND_HALF = VectorShuffle.fromOp(S, lane -> BLOCKS / 2 + lane / 2);
    private static final VectorMask<Long> ODD = VectorMask.fromLong(S, 0xAAAAAAAAAAAAAAAAL);

    private PhiloxFill() {}

    /** out = uniform numbers 0 to n - 1 of a stream, in [0, 1): see {@link Philox#uniform}. */
    public static void uniform(Workers workers, long key, long stream, int n, float[] out) {
        Chunks.run(workers, n, COST, (from, end) -> {
            int[] words = Scratch.mine().offsets(WORDS);
            int i = from;
            for (; i <= end - WORDS; i += WORDS) {
                blocks(key, stream, i / 4, words);
                for (int j = 0; j < WORDS; j++) {
                    out[i + j] = Philox.unit(words[j]);
                }
            }
            for (; i < end; i++) {
                out[i] = Philox.uniform(key, stream, i);
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
        interleave(low, high, FIRST_HALF).reinterpretAsInts().intoArray(words, 0);
        interleave(low, high, SECOND_HALF).reinterpretAsInts().intoArray(words, 2 * BLOCKS);
    }

    /** Lanes of low at even places, of high at odd ones. */
    private static LongVector interleave(LongVector low, LongVector high, VectorShuffle<Long> half) {
        return low.rearrange(half).blend(high.rearrange(half), ODD);
    }
}
