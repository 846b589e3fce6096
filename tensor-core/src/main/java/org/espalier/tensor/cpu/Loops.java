package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * Nested loops over the elements of two operands that lie in different order, with gaps, or repeated: for each axis its
 * length and how far apart its elements lie in the first and in the second operand (0: the same one again). Axes of
 * length 1 are left out, and an axis that goes on where its inner neighbour ends is joined with it, so that most calls
 * end up as few long runs.
 *
 * <p>Of what remains, the innermost axis is called columns and the next one rows; kernels get blocks of these two.
 */
final class Loops {

    /** Cost of an element, in operations: these loops wait for memory. */
    private static final double TOUCH = 8;

    private final int[] lengths;
    private final int[] first;
    private final int[] second;
    private int rank;
    private int size = 1;

    /** Loops over up to so many axes. */
    Loops(int most) {
        // One more in front: rows, if there is but one axis.
        lengths = new int[most + 2];
        first = new int[most + 2];
        second = new int[most + 2];
        Arrays.fill(lengths, 0, 2, 1);
        rank = 2;
    }

    /** {@code rows * columns} elements that begin here in both operands; {@code flat} is the number of the first one. */
    interface Block {
        void run(int rows, int columns, int atFirst, int atSecond, int flat);
    }

    /** Adds an axis inside those there are. */
    Loops add(int length, int inFirst, int inSecond) {
        size *= length;
        int last = rank - 1;
        if (length == 1) {
            return this;
        }
        if (lengths[last] == 1 || first[last] == inFirst * length && second[last] == inSecond * length) {
            lengths[last] *= length;
        } else {
            last = rank++;
            lengths[last] = length;
        }
        first[last] = inFirst;
        second[last] = inSecond;
        return this;
    }

    int columnStepInFirst() {
        return first[rank - 1];
    }

    int columnStepInSecond() {
        return second[rank - 1];
    }

    int rowStepInFirst() {
        return first[rank - 2];
    }

    int rowStepInSecond() {
        return second[rank - 2];
    }

    /** Makes the axis along which the first operand is contiguous the rows, if there is one that isn't the columns. */
    boolean contiguousFirstAsRows() {
        for (int axis = 0; axis < rank - 1; axis++) {
            if (first[axis] == 1 && lengths[axis] > 1) {
                swap(lengths, axis);
                swap(first, axis);
                swap(second, axis);
                return true;
            }
        }
        return false;
    }

    private void swap(int[] axes, int axis) {
        int other = axes[rank - 2];
        axes[rank - 2] = axes[axis];
        axes[axis] = other;
    }

    /**
     * Runs {@code block} over everything, in tasks of about {@link Chunks#SIZE} elements; blocks have at most
     * {@code widest} columns.
     */
    void run(Workers workers, int widest, int startOfFirst, int startOfSecond, Block block) {
        if (size == 0) {
            return;
        }
        int columns = lengths[rank - 1];
        int width = Math.min(columns, widest);
        int pieces = Lanes.blocks(columns, width);
        int rows = size / columns;
        int rowsEach = Math.max(1, Chunks.SIZE / width);
        workers.parallel(Lanes.blocks(rows, rowsEach) * pieces, size * TOUCH, task -> {
            int from = task / pieces * rowsEach;
            int column = task % pieces * width;
            rows(from, Math.min(rows, from + rowsEach), column, Math.min(width, columns - column), startOfFirst,
                    startOfSecond, block);
        });
    }

    /** Rows [from, end), counted through all outer axes. */
    private void rows(int from, int end, int column, int width, int startOfFirst, int startOfSecond, Block block) {
        int inner = rank - 2;
        for (int row = from; row < end;) {
            int rest = row / lengths[inner];
            int inBlock = row - rest * lengths[inner];
            int count = Math.min(lengths[inner] - inBlock, end - row);
            int a = startOfFirst + inBlock * first[inner] + column * first[rank - 1];
            int b = startOfSecond + inBlock * second[inner] + column * second[rank - 1];
            for (int axis = inner - 1; rest > 0; axis--) {
                int outer = rest / lengths[axis];
                int position = rest - outer * lengths[axis];
                a += position * first[axis];
                b += position * second[axis];
                rest = outer;
            }
            block.run(count, width, a, b, row * lengths[rank - 1] + column);
            row += count;
        }
    }
}
