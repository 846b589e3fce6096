package org.espalier.data;

/**
 * The generator of Steele, Lea and Flood ("Fast splittable pseudorandom number generators", 2014): a counter that is
 * mixed. Streams with different keys are independent for all purposes here, so that what belongs to image 17 or to
 * epoch 3 is a pure function of its seed and number, whichever thread asks and in whichever order.
 */
public final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    /** One over the deviation of a sum of four uniform numbers of 16 bits; one has the variance (65536^2 - 1) / 12. */
    private static final double BELL = 1 / Math.sqrt(4 * (65536.0 * 65536.0 - 1) / 12);

    private long state;

    /** The published sequence of this seed. */
    public SplitMix64(long seed) {
        this.state = seed;
    }

    /** The stream that belongs to this number among the streams of a seed. */
    public static SplitMix64 stream(long seed, long number) {
        return new SplitMix64(mix(mix(seed + GOLDEN_GAMMA) + (number + 1) * GOLDEN_GAMMA));
    }

    /** 64 random bits. */
    public long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** An integer in {@code 0 .. bound-1}; off from uniform by at most {@code bound / 2^64}. */
    public int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    /** A number in {@code [0,1)}, a multiple of 2^-53. */
    public double uniform() {
        return (next() >>> 11) * UNIT;
    }

    /** A number in {@code [low,high)}. */
    public double uniform(double low, double high) {
        return low + (high - low) * uniform();
    }

    /**
     * Roughly normal, mean 0 and deviation 1, within +-3.47: the sum of four uniform numbers, each 16 of the 64 bits.
     * It needs nothing but additions and a product, so it has the same bits on every machine.
     */
    public double bell() {
        long bits = next();
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (sum - 2 * 65535.0) * BELL;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
