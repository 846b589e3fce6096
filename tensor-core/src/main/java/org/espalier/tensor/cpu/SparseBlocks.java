package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * A sparse matrix W, or its transpose, in the order in which {@link SparseKernels} wants it for a batch: groups of rows,
 * which are tasks, and in each group blocks of columns, so that a block's part of x stays in L2 for all rows of the group.
 * A matrix of few columns is one block and keeps the order of compressed rows.
 */
final class SparseBlocks {
    /** Columns of a block: 512 x 64 floats are 128 KiB. */
    private static final int BLOCK = 512;
    /** Up to this many columns make one block: what need not be rearranged in each step of training. */
    private static final int FEW = 1024;
    /** Weights of a group at least, a row counting as some. */
    private static final int SMALLEST_GROUP = 4096;
    private static final int WEIGHTS_OF_A_ROW = 4;
    /** Groups at most, or two a thread if that is more: each takes all of x through L2 again. */
    private static final int MOST_GROUPS = 8;
    /** Rows by which groups begin where they have many: results are turned over eight by eight. */
    private static final int ROWS = 8;

    private final int rows;
    private final boolean transposed;
    private final int blocks;
    private final int blockColumns;
    /** First row of each group, and the number of rows. */
    private final int[] groupRows;
    /** Where in {@link #bounds} each row's part of its first block stands, and how far apart its parts are. */
    private final int[] rowAt;
    private final int[] rowStep;
    /** Where each row's part of each block ends, group after group, block after block, row after row; from index 1 on. */
    private final int[] bounds;
    private final int[] columns;

    /**
     * @param starts of W, which has {@code rows} rows and {@code cols} columns
     * @param threads that share the groups; sums do not hang on it
     */
    SparseBlocks(int rows, int cols, int[] starts, int[] columnOf, boolean transposed, int threads) {
        this.rows = rows;
        this.transposed = transposed;
        int ours = transposed ? cols : rows;
        int across = transposed ? rows : cols;
        blocks = across <= FEW ? 1 : Lanes.blocks(across, BLOCK);
        blockColumns = blocks == 1 ? Math.max(1, across) : BLOCK;
        int[] weights = new int[ours];
        for (int r = 0; r < rows; r++) {
            for (int z = starts[r]; z < starts[r + 1]; z++) {
                weights[transposed ? columnOf[z] : r]++;
            }
        }
        groupRows = groups(weights, SMALLEST_GROUP, Math.max(MOST_GROUPS, 2 * threads));
        rowAt = new int[ours];
        rowStep = new int[ours];
        for (int g = 0; g < groups(); g++) {
            for (int r = groupRows[g]; r < groupRows[g + 1]; r++) {
                rowStep[r] = groupRows[g + 1] - groupRows[g];
                rowAt[r] = groupRows[g] * blocks + r - groupRows[g];
            }
        }
        bounds = new int[ours * blocks + 1];
        for (int r = 0; r < rows; r++) {
            for (int z = starts[r]; z < starts[r + 1]; z++) {
                bounds[1 + part(r, columnOf[z])]++;
            }
        }
        Arrays.parallelPrefix(bounds, Integer::sum);
        if (keepsOrder()) {
            columns = columnOf;
        } else {
            columns = new int[starts[rows]];
            int[] cursors = bounds.clone();
            for (int r = 0; r < rows; r++) {
                for (int z = starts[r]; z < starts[r + 1]; z++) {
                    columns[cursors[part(r, columnOf[z])]++] = transposed ? r : columnOf[z];
                }
            }
        }
    }

    /**
     * The first row of each group, and the number of rows, such that groups have about as many weights; a row counts as
     * some.
     *
     * @param weights of each row
     */
    static int[] groups(int[] weights, int smallest, int most) {
        long all = WEIGHTS_OF_A_ROW * (long) weights.length;
        for (int count : weights) {
            all += count;
        }
        int groups = (int) Math.clamp(all / smallest, 1, Math.clamp(weights.length, 1, most));
        int unit = weights.length >= 2 * ROWS * groups ? ROWS : 1;
        int[] first = new int[groups + 1];
        long before = 0;
        int group = 1;
        for (int r = 0; r < weights.length && group < groups; r++) {
            before += weights[r] + WEIGHTS_OF_A_ROW;
            while (group < groups && before * groups >= all * group) {
                first[group++] = Math.min(weights.length, Lanes.roundUp(r + 1, unit));
            }
        }
        first[groups] = weights.length;
        return first;
    }

    private int part(int row, int column) {
        return transposed
                ? rowAt[column] + row / blockColumns * rowStep[column]
                : rowAt[row] + column / blockColumns * rowStep[row];
    }

    /** Whether values and columns are used as compressed rows have them. */
    private boolean keepsOrder() {
        return blocks == 1 && !transposed;
    }

    int groups() {
        return groupRows.length - 1;
    }

    int groupRow(int group) {
        return groupRows[group];
    }

    /** How many rows a group has. */
    int groupRows(int group) {
        return groupRows[group + 1] - groupRows[group];
    }

    /** The values in this order. */
    float[] arranged(PackedWeights values, int[] starts, int[] columnOf) {
        return keepsOrder()
                ? values.values()
                : values.in(this, columns.length, to -> {
                    int[] cursors = bounds.clone();
                    for (int r = 0; r < rows; r++) {
                        for (int z = starts[r]; z < starts[r + 1]; z++) {
                            to[cursors[part(r, columnOf[z])]++] = values.values()[z];
                        }
                    }
                });
    }

    /**
     * A group's rows times a strip of x.
     *
     * @param values {@link #arranged}
     * @param x column c has its stretch of {@code width} floats at x0 + c * stride
     * @param y gets {@code width} floats a row of the group, from index 0
     */
    void multiply(int group, int width, float[] values, float[] x, int x0, int stride, float[] y) {
        int first = groupRows[group];
        int count = groupRows[group + 1] - first;
        for (int b = 0; b < blocks; b++) {
            int at = first * blocks + b * count;
            float[] start = b == 0 ? SparseKernels.ZEROS : y;
            SparseKernels.multiply(width, count, bounds, at + 1, bounds[at], columns, values, x, x0, stride, start, 0,
                    b == 0 ? 0 : width, y, 0, width);
        }
    }

    /** The same over the widest strip, which lies in {@link AlignedStrips} from 0 on. */
    void multiplyAligned(int group, float[] values, float[] y) {
        int first = groupRows[group];
        int count = groupRows[group + 1] - first;
        for (int b = 0; b < blocks; b++) {
            int at = first * blocks + b * count;
            float[] start = b == 0 ? SparseKernels.ZEROS : y;
            AlignedStrips.multiply(count, bounds, at + 1, bounds[at], columns, values, start, 0,
                    b == 0 ? 0 : SparseKernels.WIDEST, y, 0, SparseKernels.WIDEST);
        }
    }

    private interface Segments {
        /** The sums of rows whose segments end at {@code ends}, the first of them from {@code from} on. */
        void dots(int rows, int ends, int from, float[] found);
    }

    /**
     * For each weight of a group, not of a transposed form, row r of a times row c of b, over one vector of samples.
     *
     * @param at where row 0 of a and b begins
     * @param stride of their rows
     * @param starts of compressed rows, in whose order results are written
     * @param add whether they are added to what is there
     */
    void dots(int group, float[] a, float[] b, int at, int stride, int[] starts, float[] out, boolean add) {
        int row = at + groupRows[group] * stride;
        dots(group, starts, out, add, (rows, ends, from, found) -> SparseDots.one(rows, bounds, ends, from, columns, a,
                row, stride, b, at, stride, found));
    }

    /** The same over the widest strip, both in {@link AlignedStrips}: a from 0 on, b from {@code b0} on. */
    void dotsAligned(int group, int b0, int[] starts, float[] out, boolean add) {
        int row = groupRows[group] * SparseKernels.WIDEST;
        dots(group, starts, out, add, (rows, ends, from, found) -> AlignedStrips.dots(rows, bounds, ends, from, columns,
                row, b0, found));
    }

    private void dots(int group, int[] starts, float[] out, boolean add, Segments segments) {
        int first = groupRows[group];
        int count = groupRows[group + 1] - first;
        int[] cursors = Scratch.mine().offsets(count);
        System.arraycopy(starts, first, cursors, 0, count);
        for (int block = 0; block < blocks; block++) {
            int part = first * blocks + block * count;
            int from = bounds[part];
            float[] found = Scratch.mine().block(bounds[part + count] - from + Lanes.COUNT);
            segments.dots(count, part + 1, from, found);
            for (int i = 0; i < count; i++) {
                int length = bounds[part + i + 1] - bounds[part + i];
                put(found, bounds[part + i] - from, length, out, cursors[i], add);
                cursors[i] += length;
            }
        }
    }

    private static void put(float[] found, int from, int count, float[] out, int to, boolean add) {
        if (add) {
            for (int i = 0; i < count; i++) {
                out[to + i] += found[from + i];
            }
        } else {
            StridedCopy.contiguous(count, found, from, out, to);
        }
    }
}
