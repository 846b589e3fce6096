package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Reads rows of an image by vectors that may reach beyond its left and right side, where they find zeros. */
final class ImageRows {

    private static final int LANES = Lanes.COUNT;
    /** No bits, all bits, no bits: a vector from the right place tells lanes in the image from lanes beside it. */
    private static final int[] INSIDE = new int[3 * LANES];

    static {
        Arrays.fill(INSIDE, LANES, 2 * LANES, -1);
    }

    private ImageRows() {}

    /** All bits set in the lanes whose columns, counted from {@code column}, are in a row of {@code width}. */
    static IntVector inside(int column, int width) {
        return lanes(-column, width - column);
    }

    /** All bits set in the lanes from {@code from} to {@code to - 1}, as far as there are such. */
    private static IntVector lanes(int from, int to) {
        int first = Math.clamp(from, 0, LANES);
        int end = Math.clamp(to, 0, LANES);
        // Bits and not a VectorMask: a mask made at run time is an object to C2.
        return IntVector.fromArray(Lanes.INTS, INSIDE, LANES - first)
                .and(IntVector.fromArray(Lanes.INTS, INSIDE, 2 * LANES - end));
    }

    /**
     * Copies {@code rows} rows of {@code count} values, which start at column {@code column} of an image whose rows of
     * {@code width} lie at x[start], x[start + step], ..., to consecutive places. Up to a vector beyond the last value
     * is overwritten.
     */
    static void copy(float[] x, int start, int step, int width, int column, int rows, int count, float[] to, int at) {
        if (rows == 0 || count == 0) {
            return;
        }
        if (column == 0 && count == width && step == width) {
            System.arraycopy(x, start, to, at, rows * width);
            return;
        }
        int last = (count - 1) / LANES * LANES;
        if (start + column < 0 || start + (rows - 1) * step + column + last + LANES > x.length) {
            copySlowly(x, start, step, width, column, rows, count, to, at);
            return;
        }
        // From the right: what a vector writes beyond its row is the start of the next one, which comes later.
        for (int v = last; v >= 0; v -= LANES) {
            IntVector inside = inside(column + v, width);
            for (int r = 0, i = start + column + v, j = at + v; r < rows; r++, i += step, j += count) {
                FloatVector.fromArray(Lanes.FLOATS, x, i).reinterpretAsInts().and(inside).reinterpretAsFloats()
                        .intoArray(to, j);
            }
        }
    }

    /** The same of every second column, from {@code column} on. */
    static void copyEverySecond(float[] x, int start, int step, int width, int column, int rows, int count, float[] to,
            int at) {
        int last = (count - 1) / LANES * LANES;
        if (start + column < 0 || start + (rows - 1) * step + column + 2 * (last + LANES) > x.length) {
            for (int r = 0; r < rows; r++) {
                every(x, start + r * step, width, column, 2, count, to, at + r * count);
            }
            return;
        }
        for (int v = last; v >= 0; v -= LANES) {
            IntVector inside = lanes(Lanes.blocks(-column, 2) - v, Lanes.blocks(width - column, 2) - v);
            for (int r = 0, i = start + column + 2 * v, j = at + v; r < rows; r++, i += step, j += count) {
                FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, i).rearrange(Lanes.EVEN);
                FloatVector high = FloatVector.fromArray(Lanes.FLOATS, x, i + LANES).rearrange(Lanes.EVEN);
                low.blend(high, Lanes.UPPER).reinterpretAsInts().and(inside).reinterpretAsFloats().intoArray(to, j);
            }
        }
    }

    /** The same as {@link #copy}, for rows at an end of the array. */
    private static void copySlowly(float[] x, int start, int step, int width, int column, int rows, int count,
            float[] to, int at) {
        for (int r = 0; r < rows; r++) {
            every(x, start + r * step, width, column, 1, count, to, at + r * count);
        }
    }

    /**
     * {@code count} values of one row of {@code width}, which starts at x[start]: those of the columns {@code column},
     * {@code column + step}, ..., and zeros for columns beside the row.
     */
    static void every(float[] x, int start, int width, int column, int step, int count, float[] to, int at) {
        int first = Math.clamp(Lanes.blocks(-column, step), 0, count);
        int end = Math.clamp(Lanes.blocks(width - column, step), first, count);
        int from = start + column;
        Arrays.fill(to, at, at + first, 0f);
        pick(x, from + first * step, step, end - first, to, at + first);
        Arrays.fill(to, at + end, at + count, 0f);
    }

    /** {@code count} values from x[from] on that are {@code step} apart. */
    static void pick(float[] x, int from, int step, int count, float[] to, int at) {
        if (step == 1) {
            System.arraycopy(x, from, to, at, count);
        } else if (step == 2) {
            everySecond(x, from, count, to, at);
        } else {
            for (int q = 0; q < count; q++) {
                to[at + q] = x[from + q * step];
            }
        }
    }

    private static void everySecond(float[] x, int from, int count, float[] to, int at) {
        // Vectors are read to their ends, which for the last value is one float too far.
        if (count < LANES || from + 2 * count > x.length) {
            for (int q = 0; q < count; q++) {
                to[at + q] = x[from + 2 * q];
            }
            return;
        }
        for (int v = 0; v < count; v += LANES) {
            int q = Math.min(v, count - LANES); // the last vector overlaps the one before
            FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, from + 2 * q).rearrange(Lanes.EVEN);
            FloatVector high = FloatVector.fromArray(Lanes.FLOATS, x, from + 2 * q + LANES).rearrange(Lanes.EVEN);
            low.blend(high, Lanes.UPPER).intoArray(to, at + q);
        }
    }
}
