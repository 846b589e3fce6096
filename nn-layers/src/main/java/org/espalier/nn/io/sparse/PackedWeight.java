package org.espalier.nn.io.sparse;

/** A weight in the code of {@link GapCode}, not yet looked at. Holds arrays, so it is a class and not a record. */
public final class PackedWeight {
    private final int bits;
    private final float[] values;
    private final byte[] gaps;

    /**
     * Takes the arrays over.
     *
     * @param bits of a gap
     * @param values kept ones and fillers
     * @param gaps as many, packed
     */
    public PackedWeight(int bits, float[] values, byte[] gaps) {
        this.bits = bits;
        this.values = values;
        this.gaps = gaps;
    }

    public int bits() {
        return bits;
    }

    /** Kept values and fillers; not to be changed. */
    public float[] values() {
        return values;
    }

    /** The packed gaps; not to be changed. */
    public byte[] gaps() {
        return gaps;
    }
}
