package org.espalier.tensor.sparse;

import java.util.Arrays;
import java.util.BitSet;
import org.espalier.tensor.shape.Shape;

/**
 * Which elements of a weight are kept: one bit each, in logical row-major order (OIHW for convolutions). Immutable.
 */
public final class Mask {
    private final Shape shape;
    private final BitSet kept;

    private Mask(Shape shape, BitSet kept) {
        this.shape = shape;
        this.kept = kept;
    }

    /** Everything kept. */
    public static Mask all(Shape shape) {
        BitSet bits = new BitSet(shape.size());
        bits.set(0, shape.size());
        return new Mask(shape, bits);
    }

    /**
     * @param kept the kept positions, flat
     * @throws IllegalArgumentException if a position lies outside the shape
     */
    public static Mask of(Shape shape, BitSet kept) {
        if (kept.length() > shape.size()) {
            throw new IllegalArgumentException("mask: position " + (kept.length() - 1) + " lies outside " + shape);
        }
        return new Mask(shape, (BitSet) kept.clone());
    }

    /**
     * Kept where the value is not zero (of either sign); NaN is kept.
     *
     * @throws IllegalArgumentException if there are more or fewer values than the shape has elements
     */
    public static Mask ofNonZeros(Shape shape, double[] values) {
        requireLength(shape, values.length);
        BitSet bits = new BitSet(shape.size());
        for (int i = 0; i < shape.size(); i++) {
            bits.set(i, values[i] != 0);
        }
        return new Mask(shape, bits);
    }

    /**
     * Kept where the byte is not zero, as in files.
     *
     * @throws IllegalArgumentException if there are more or fewer values than the shape has elements
     */
    public static Mask ofBytes(Shape shape, byte[] values) {
        requireLength(shape, values.length);
        BitSet bits = new BitSet(shape.size());
        for (int i = 0; i < shape.size(); i++) {
            bits.set(i, values[i] != 0);
        }
        return new Mask(shape, bits);
    }

    private static void requireLength(Shape shape, int values) {
        if (values != shape.size()) {
            throw new IllegalArgumentException("mask: " + values + " values for a weight of shape " + shape);
        }
    }

    public Shape shape() {
        return shape;
    }

    public boolean isKept(int index) {
        return kept.get(index);
    }

    /** Number of kept elements. */
    public int keptCount() {
        return kept.cardinality();
    }

    /** Number of elements. */
    public int size() {
        return shape.size();
    }

    /** A copy of the bits. */
    public BitSet toBits() {
        return (BitSet) kept.clone();
    }

    /** 1 for kept, 0 for removed. */
    public double[] toDoubles() {
        double[] values = new double[size()];
        for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
            values[i] = 1;
        }
        return values;
    }

    /** 1 for kept, 0 for removed: the form in files. */
    public byte[] toBytes() {
        byte[] values = new byte[size()];
        for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
            values[i] = 1;
        }
        return values;
    }

    /** Sets removed elements to +0, in place, and returns the array. */
    public double[] applyTo(double[] values) {
        requireLength(shape, values.length);
        for (int i = kept.nextClearBit(0); i < size(); i = kept.nextClearBit(i + 1)) {
            values[i] = 0;
        }
        return values;
    }

    /**
     * Kept in both.
     *
     * @throws IllegalArgumentException if the shapes differ, naming both
     */
    public Mask and(Mask other) {
        if (!shape.equals(other.shape)) {
            throw new IllegalArgumentException("masks of shapes " + shape + " and " + other.shape + " do not fit");
        }
        BitSet both = toBits();
        both.and(other.kept);
        return new Mask(shape, both);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask && shape.equals(mask.shape) && kept.equals(mask.kept);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(kept.toLongArray());
    }

    @Override
    public String toString() {
        return "mask" + shape + " keeping " + keptCount() + " of " + size();
    }
}
