package org.espalier.tensor.shape;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The lengths of a tensor's axes, outermost first. Immutable. A shape of rank 0 is a single number; an axis may have
 * length 0, and then the tensor has no elements.
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new int[0]);

    private final int[] axes;
    private final long size;

    private Shape(int[] axes) {
        this.axes = axes;
        long product = 1;
        for (int length : axes) {
            product = Math.multiplyExact(product, length);
        }
        this.size = product;
    }

    /**
     * A shape with these axis lengths.
     *
     * @throws IllegalArgumentException if a length is negative, or the number of elements does not fit an int (the
     *     limit of one Java array)
     */
    public static Shape of(int... axes) {
        if (axes.length == 0) {
            return SCALAR;
        }
        long size = 1;
        for (int length : axes) {
            if (length < 0) {
                throw new IllegalArgumentException("negative axis length in " + Arrays.toString(axes));
            }
            size *= length;
            if (size > Integer.MAX_VALUE - 64) {
                throw new IllegalArgumentException("too many elements for one tensor: " + Arrays.toString(axes));
            }
        }
        return new Shape(axes.clone());
    }

    /** The shape of a single number, rank 0. */
    public static Shape scalar() {
        return SCALAR;
    }

    public int rank() {
        return axes.length;
    }

    /** Length of an axis; negative indices count from the end, -1 being the innermost. */
    public int axis(int index) {
        return axes[index < 0 ? index + axes.length : index];
    }

    /** Number of elements; 1 for a scalar. */
    public int size() {
        return (int) size;
    }

    /** A copy of the axis lengths. */
    public int[] toArray() {
        return axes.clone();
    }

    /** Row-major strides, in elements. */
    public int[] strides() {
        int[] strides = new int[axes.length];
        int step = 1;
        for (int i = axes.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= axes[i];
        }
        return strides;
    }

    /** This shape with one axis set to another length. */
    public Shape withAxis(int index, int length) {
        int[] copy = axes.clone();
        copy[index < 0 ? index + axes.length : index] = length;
        return of(copy);
    }

    /** This shape with an axis put in front, such as the batch. */
    public Shape prepend(int length) {
        int[] longer = new int[axes.length + 1];
        longer[0] = length;
        System.arraycopy(axes, 0, longer, 1, axes.length);
        return of(longer);
    }

    /** This shape without its outermost axis. */
    public Shape withoutFirst() {
        return of(Arrays.copyOfRange(axes, 1, axes.length));
    }

    /**
     * The shape that two shapes broadcast to: aligned at the innermost axis, where lengths must be equal or one of them
     * 1 (or absent).
     *
     * @throws IllegalArgumentException naming both shapes if they do not fit
     */
    public static Shape broadcast(Shape a, Shape b) {
        if (a.equals(b)) {
            return a;
        }
        int rank = Math.max(a.rank(), b.rank());
        int[] result = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int x = i <= a.rank() ? a.axis(-i) : 1;
            int y = i <= b.rank() ? b.axis(-i) : 1;
            if (x != y && x != 1 && y != 1) {
                throw new IllegalArgumentException("shapes " + a + " and " + b + " do not broadcast");
            }
            result[rank - i] = x == 1 ? y : x;
        }
        return of(result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(axes, shape.axes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(axes);
    }

    /** For example {@code [64,1,28,28]}; a scalar is {@code []}. */
    @Override
    public String toString() {
        return IntStream.of(axes).mapToObj(Integer::toString)
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));
    }
}
