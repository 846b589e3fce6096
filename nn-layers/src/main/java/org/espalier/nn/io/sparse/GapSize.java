package org.espalier.nn.io.sparse;

/**
 * What a packed weight takes.
 *
 * @param bits of a gap
 * @param kept values
 * @param fillers zeros stored on the way across gaps that are too wide
 */
public record GapSize(int bits, long kept, long fillers) {
    /** Stored values, fillers among them. */
    public long entries() {
        return kept + fillers;
    }

    /** Of values and gaps: {@code kept * (32 + bits) + fillers * (32 + bits)}. */
    public long totalBits() {
        return entries() * (Float.SIZE + bits);
    }

    /** Of the values, fillers among them. */
    public long valueBytes() {
        return entries() * Float.BYTES;
    }

    /** Of the gaps, the last byte filled up. */
    public long gapBytes() {
        return (entries() * bits + 7) / 8;
    }

    /** Of both. */
    public long bytes() {
        return valueBytes() + gapBytes();
    }

    /**
     * Bits of the gaps for one bit of the kept values, fillers counted with the gaps that need them: 5/32 = 15.6 % for five
     * bits and no filler, as the paper has it. 0 where nothing is kept.
     */
    public double overhead() {
        return kept == 0 ? 0 : (double) (totalBits() - kept * Float.SIZE) / (kept * Float.SIZE);
    }
}
