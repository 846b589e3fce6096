package org.espalier.nn.io.sparse;

import java.util.BitSet;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;

/**
 * The packed form of a weight (Han et al. 2015, section 5: "sparse layers are stored with relative indices of 5 bits for
 * fully connected and 8 bits for convolutional layers"). The weight is seen as one row of numbers in row-major logical
 * order, OI or OIHW. Kept values are stored in that order as float32, and for each one its gap: how many removed weights
 * stand between it and the value stored before it, or the beginning of the weight. So the first value with gap g stands
 * at position g, and one with gap g behind a value at position p stands at p + g + 1.
 *
 * <p>A gap has b bits, 1 to {@value #MOST_BITS}, and is at most 2^b - 1. Where G removed weights lie between two kept ones,
 * G div 2^b <em>fillers</em> come first: each is a stored value +0 with the gap 2^b - 1, and so stands 2^b further on, at a
 * removed position. The kept value follows with the gap G mod 2^b. What is removed behind the last kept value is not
 * stored; therefore a filler always has a value somewhere behind it, and no stored value is zero but fillers. There is
 * exactly one code for a weight and a width.
 *
 * <p>Gaps lie one behind the other in a string of bits without holes, gap i in bits i*b to i*b + b - 1, its lowest bit
 * first. Bit k of the string is bit k mod 8 of byte k div 8, bit 0 being the byte's lowest. The bits of the last byte that
 * are left over are 0.
 *
 * <p>To read it, fillers need no attention: {@code position = cumsum(gap + 1) - 1}, and the values go there.
 */
public final class GapCode {
    /** The widest gap has so many bits. */
    public static final int MOST_BITS = 16;

    /** The paper's width for fully connected layers. */
    public static final int PAPER_FC_BITS = 5;

    /** The paper's width for convolutions. */
    public static final int PAPER_CONV_BITS = 8;

    /** What the gaps are called in files and faults. */
    public static final String GAPS = "gaps";

    private GapCode() {}

    /** The paper's width for a weight of this shape. */
    public static int paperBits(Shape weight) {
        return weight.rank() == 4 ? PAPER_CONV_BITS : PAPER_FC_BITS;
    }

    /**
     * What a weight takes with gaps of so many bits; nothing is encoded.
     *
     * @throws IllegalArgumentException if there is no such width
     */
    public static GapSize size(Mask mask, int bits) {
        if (bits < 1 || bits > MOST_BITS) {
            throw new IllegalArgumentException("gaps of " + bits + " bits; expected 1 to " + MOST_BITS);
        }
        return new GapSize(bits, mask.keptCount(), fillers(mask)[bits]);
    }

    /** What a weight takes with the width that takes the fewest bits, the smaller one of equals. */
    public static GapSize smallest(Mask mask) {
        long[] fillers = fillers(mask);
        GapSize best = new GapSize(1, mask.keptCount(), fillers[1]);
        for (int bits = 2; bits <= MOST_BITS; bits++) {
            GapSize size = new GapSize(bits, mask.keptCount(), fillers[bits]);
            best = size.totalBits() < best.totalBits() ? size : best;
        }
        return best;
    }

    /** How many fillers each width needs. */
    private static long[] fillers(Mask mask) {
        long[] fillers = new long[MOST_BITS + 1];
        BitSet kept = mask.toBits();
        int before = -1;
        for (int at = kept.nextSetBit(0); at >= 0; at = kept.nextSetBit(at + 1)) {
            int gap = at - before - 1;
            for (int bits = 1; bits <= MOST_BITS; bits++) {
                fillers[bits] += gap >> bits;
            }
            before = at;
        }
        return fillers;
    }

    /**
     * Whether a weight can be packed without loss: its kept values are float32, none of them zero, which would be a filler.
     */
    public static boolean canPack(KeptWeights kept) {
        for (int z = 0; z < kept.count(); z++) {
            if (kept.value(z) == 0 || kept.value(z) != (float) kept.value(z)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Packs a weight.
     *
     * @throws IllegalArgumentException if it can't be ({@link #canPack}), or there is no such width
     */
    public static PackedWeight encode(KeptWeights kept, int bits) {
        if (!canPack(kept)) {
            throw new IllegalArgumentException("a kept weight that is zero or no float32 can't be packed");
        }
        int entries = Math.toIntExact(size(kept.mask(), bits).entries());
        float[] values = new float[entries];
        GapBits gaps = GapBits.zeros(entries, bits);
        int widest = (1 << bits) - 1;
        int at = 0;
        int before = -1;
        for (int z = 0; z < kept.count(); z++) {
            int position = kept.position(z);
            for (int left = position - before - 1; left > widest; left -= widest + 1) {
                gaps.set(at++, widest); // a filler, whose value stays +0
                before += widest + 1;
            }
            gaps.set(at, position - before - 1);
            values[at++] = (float) kept.value(z);
            before = position;
        }
        return new PackedWeight(bits, values, gaps.bytes());
    }

    /**
     * Takes a packed weight apart.
     *
     * @param shape of the weight, of rank 1 or more
     * @throws SparseFault if it is no such code of such a weight
     */
    public static KeptWeights decode(PackedWeight packed, Shape shape) {
        int bits = packed.bits();
        float[] values = packed.values();
        GapBits gaps = GapBits.of(values.length, bits, packed.gaps());
        int widest = (1 << bits) - 1;
        int fillers = 0;
        for (int i = 0; i < values.length; i++) {
            requireValueOrFiller(values[i], gaps.get(i) == widest, i);
            fillers += isFiller(values[i]) ? 1 : 0;
        }
        if (values.length > 0 && isFiller(values[values.length - 1])) {
            throw new SparseFault(KeptWeights.VALUES, "ends with a filler", "a value behind each filler");
        }
        double[] kept = new double[values.length - fillers];
        int[] positions = new int[kept.length];
        long position = -1;
        int z = 0;
        for (int i = 0; i < values.length; i++) {
            position += gaps.get(i) + 1;
            if (position >= shape.size()) {
                throw new SparseFault(GAPS, (isFiller(values[i]) ? "the filler" : "the value") + " at index " + i
                        + " stands at position " + position, "positions below " + shape.size() + ", the weight's end");
            }
            if (!isFiller(values[i])) {
                positions[z] = (int) position;
                kept[z++] = values[i];
            }
        }
        return KeptWeights.at(shape, positions, kept);
    }

    private static boolean isFiller(float value) {
        return value == 0;
    }

    private static void requireValueOrFiller(float value, boolean widestGap, int index) {
        if (!Float.isFinite(value)) {
            throw new SparseFault(KeptWeights.VALUES, "holds " + value + " at index " + index, "finite numbers");
        }
        if (isFiller(value) && (!widestGap || Float.floatToRawIntBits(value) != 0)) {
            throw new SparseFault(KeptWeights.VALUES, "holds " + value + " at index " + index
                    + ", which is no filler", "no zeros but +0 behind the widest gap");
        }
    }
}
