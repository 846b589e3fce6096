package org.espalier.tensor.random;

/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2,
 * 3" (SC 2011). A number is a pure function of (seed, stream, index): there is no state, so every backend and every
 * number of threads gives the same ones.
 *
 * <p>The key is the seed (low word first); the counter is (block low, block high, stream low, stream high); element
 * {@code index} is word {@code index mod 4} of block {@code index / 4}.
 */
public final class Philox {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;

    private Philox() {}

    /**
     * Ten rounds over one counter.
     *
     * @param counter four words, replaced by the four random words
     * @param key0 low word of the key
     * @param key1 high word of the key
     */
    public static void block(int[] counter, int key0, int key1) {
        int c0 = counter[0];
        int c1 = counter[1];
        int c2 = counter[2];
        int c3 = counter[3];
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c0);
            long p1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c2);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        counter[0] = c0;
        counter[1] = c1;
        counter[2] = c2;
        counter[3] = c3;
    }

    /** The 32 random bits at an index of a stream. */
    public static int bits(long seed, long stream, long index) {
        long block = index >>> 2;
        int[] counter = {(int) block, (int) (block >>> 32), (int) stream, (int) (stream >>> 32)};
        block(counter, (int) seed, (int) (seed >>> 32));
        return counter[(int) (index & 3)];
    }

    /** A number in [0, 1) with 24 random bits, exact as a float. */
    public static float uniform(long seed, long stream, long index) {
        return unit(bits(seed, stream, index));
    }

    /** 32 random bits as a number in [0, 1): the upper 24 bits. */
    public static float unit(int bits) {
        return (bits >>> 8) * 0x1p-24f;
    }
}
