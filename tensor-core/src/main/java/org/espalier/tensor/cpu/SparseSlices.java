package org.espalier.tensor.cpu;

import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A sparse matrix for one vector at a time: rows sorted by length and taken as many at a time as a vector has lanes, one a
 * lane, their weights interleaved (SELL-C-sigma of Kreutzer, Hager, Wellein, Fehske and Bishop 2014). Shorter rows of a
 * slice are filled up with +0 times an extra element of x, which is 0.
 *
 * <p>Rows are sorted in groups, which are tasks, and columns go by blocks, whose part of x stays in L1: 4096 x 9216 at 9 %
 * takes a quarter less time so. The elements of x are put together by broadcasts and blends: a gather takes 1.6 to 1.9
 * cycles a weight on Zen 3, this 1.1, six bytes of memory a weight allowing for 0.9.
 */
final class SparseSlices {
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    /** Columns of a block at most: 6 KiB of x; their numbers are 16 bits. */
    private static final int BLOCK = 1536;
    /** Weights of a group at least. */
    private static final int SMALLEST_GROUP = 1 << 15;
    private static final int MOST_GROUPS = 32;

    /**
     * Memory for one vector x at a time. C2 knows its length, which no 16-bit number exceeds, and leaves out the check of
     * each index: a fifth of the time of a small matrix.
     */
    private static final float[] SHARED = new float[1 << Character.SIZE];
    private static final AtomicBoolean TAKEN = new AtomicBoolean();

    private final int blocks;
    private final int blockColumns;
    private final int[] groupRows;
    /** The first slice of each block of each group, and the number of slices. */
    private final int[] partSlice;
    /** Where each slice begins, and the end. */
    private final int[] sliceAt;
    /** The row in each lane of each slice, counted in its group; where there is none, one behind the last. */
    private final int[] rowOf;
    /** Where each weight's element of x lies, slice after slice. */
    private final char[] columns;
    private final int mostRows;

    SparseSlices(int rows, int cols, int[] starts, int[] columnOf) {
        blocks = Math.max(1, Lanes.blocks(cols, BLOCK));
        blockColumns = Lanes.blocks(cols, blocks);
        groupRows = SparseBlocks.groups(lengths(rows, starts), SMALLEST_GROUP, MOST_GROUPS);
        mostRows = IntStream.range(0, groups()).map(g -> groupRows[g + 1] - groupRows[g]).max().orElse(0);
        int slices = 0;
        partSlice = new int[groups() * blocks + 1];
        for (int g = 0; g < groups(); g++) {
            for (int b = 0; b < blocks; b++) {
                partSlice[g * blocks + b] = slices;
                slices += Lanes.blocks(groupRows[g + 1] - groupRows[g], LANES);
            }
        }
        partSlice[groups() * blocks] = slices;
        sliceAt = new int[slices + 1];
        rowOf = new int[slices * LANES];
        int[][] ends = blockEnds(rows, starts, columnOf);
        for (int g = 0; g < groups(); g++) {
            for (int b = 0; b < blocks; b++) {
                sort(g, b, starts, ends);
            }
        }
        columns = new char[sliceAt[slices]];
        for (int part = 0; part + 1 < partSlice.length; part++) {
            Arrays.fill(columns, sliceAt[partSlice[part]], sliceAt[partSlice[part + 1]],
                    (char) place(part % blocks, blockColumns));
        }
        forAll(starts, columnOf, (at, z) -> columns[at] =
                (char) place(columnOf[z] / blockColumns, columnOf[z] % blockColumns));
    }

    private static int[] lengths(int rows, int[] starts) {
        return IntStream.range(0, rows).map(r -> starts[r + 1] - starts[r]).toArray();
    }

    /** Where the weights of each row's blocks end. */
    private int[][] blockEnds(int rows, int[] starts, int[] columnOf) {
        int[][] ends = new int[blocks][rows];
        for (int r = 0; r < rows; r++) {
            int z = starts[r];
            for (int b = 0; b < blocks; b++) {
                while (z < starts[r + 1] && columnOf[z] < (b + 1) * blockColumns) {
                    z++;
                }
                ends[b][r] = z;
            }
        }
        return ends;
    }

    /** Shares the rows of a group out to the lanes of a block's slices, the longest first. */
    private void sort(int group, int block, int[] starts, int[][] ends) {
        int first = groupRows[group];
        int count = groupRows[group + 1] - first;
        int[] from = block == 0 ? starts : ends[block - 1];
        int[] end = ends[block];
        int[] order = IntStream.range(0, count).boxed()
                .sorted(Comparator.comparingInt(r -> from[first + r] - end[first + r]))
                .mapToInt(Integer::intValue).toArray();
        int slice = partSlice[group * blocks + block];
        for (int i = 0; i < count; i += LANES, slice++) {
            for (int lane = 0; lane < LANES; lane++) {
                rowOf[slice * LANES + lane] = i + lane < count ? order[i + lane] : count;
            }
            int longest = first + order[i];
            sliceAt[slice + 1] = Math.addExact(sliceAt[slice], (end[longest] - from[longest]) * LANES);
        }
    }

    private interface Weight {
        /** @param at its place in the slices, z in compressed rows */
        void at(int at, int z);
    }

    private void forAll(int[] starts, int[] columnOf, Weight weight) {
        for (int g = 0; g < groups(); g++) {
            int first = groupRows[g];
            int[] next = Arrays.copyOfRange(starts, first, groupRows[g + 1] + 1);
            next[next.length - 1] = 0;
            for (int b = 0; b < blocks; b++) {
                int part = g * blocks + b;
                for (int i = partSlice[part] * LANES; i < partSlice[part + 1] * LANES; i++) {
                    int row = rowOf[i];
                    int end = row == next.length - 1 ? 0 : starts[first + row + 1];
                    int z = next[row];
                    for (int at = sliceAt[i / LANES] + i % LANES; z < end
                            && columnOf[z] < (b + 1) * blockColumns; z++, at += LANES) {
                        weight.at(at, z);
                    }
                    next[row] = z;
                }
            }
        }
    }

    int groups() {
        return groupRows.length - 1;
    }

    /** Whether so many columns can be numbered by 16 bits, the extra elements included. */
    static boolean canNumber(int cols) {
        return cols + Lanes.blocks(cols, BLOCK) + BLOCK < 1 << Character.SIZE;
    }

    private int laidOut() {
        return place(blocks, 0);
    }

    /** Where an element of x lies: each block has an extra one behind it. */
    private int place(int block, int column) {
        return block * (blockColumns + 1) + column;
    }

    /** Memory for x, to be {@link #giveBack given back}: the shared one if nobody has it, else the thread's own. */
    float[] takeMemory() {
        return TAKEN.compareAndSet(false, true) ? SHARED : Scratch.mine().columns(laidOut());
    }

    static void giveBack(float[] memory) {
        if (memory == SHARED) {
            TAKEN.set(false);
        }
    }

    /** x, whose elements lie {@code step} apart, with a 0 behind each block. */
    void layOut(int cols, float[] x, int from, int step, float[] to) {
        for (int b = 0; b < blocks; b++) {
            int first = b * blockColumns;
            int at = place(b, 0);
            int count = Math.min(blockColumns, cols - first);
            if (step == 1) {
                System.arraycopy(x, from + first, to, at, Math.max(0, count));
            } else {
                for (int c = 0; c < count; c++) {
                    to[at + c] = x[from + (first + c) * step];
                }
            }
            to[at + blockColumns] = 0;
        }
    }

    /** The values in this order. */
    float[] arranged(PackedWeights values, int[] starts, int[] columnOf) {
        return values.in(this, columns.length, to -> {
            Arrays.fill(to, 0, columns.length, 0f);
            float[] from = values.values();
            forAll(starts, columnOf, (at, z) -> to[at] = from[z]);
        });
    }

    /**
     * The rows of a group times x, with a bias and the ReLU of the layer, to their places in y: row r at y0 + r * step.
     *
     * @param values {@link #arranged}
     * @param x as {@link #layOut} has it
     * @param bias one a row, or none
     */
    void multiply(int group, float[] values, float[] x, float[] bias, boolean relu, float[] y, int y0, int step) {
        int first = groupRows[group];
        int count = groupRows[group + 1] - first;
        int padded = Lanes.roundUp(count, LANES);
        float[] sums = Scratch.mine().block(2 * mostRows + 2 * LANES);
        int part = group * blocks;
        if (blocks == 1) {
            slices(part, values, x, sums);
            int lanes = partSlice[part] * LANES;
            for (int i = 0; i < count; i++) {
                int row = first + rowOf[lanes + i];
                y[y0 + row * step] = ended(sums[i], bias, row, relu);
            }
            return;
        }
        Arrays.fill(sums, padded, padded + count + 1, 0f);
        for (int b = 0; b < blocks; b++) {
            slices(part + b, values, x, sums);
            int lanes = partSlice[part + b] * LANES;
            for (int i = 0; i < padded; i++) {
                sums[padded + rowOf[lanes + i]] += sums[i];
            }
        }
        for (int r = 0; r < count; r++) {
            y[y0 + (first + r) * step] = ended(sums[padded + r], bias, first + r, relu);
        }
    }

    private static float ended(float sum, float[] bias, int row, boolean relu) {
        float biased = bias.length == 0 ? sum : sum + bias[row];
        return relu ? Epilogue.relu(biased) : biased;
    }

    /** The sums of a part's slices, slice after slice. */
    private void slices(int part, float[] values, float[] x, float[] sums) {
        if (x == SHARED) {
            slices(partSlice[part], partSlice[part + 1], values, SHARED, sums);
        } else {
            slices(partSlice[part], partSlice[part + 1], values, x, sums);
        }
    }

    private void slices(int from, int to, float[] values, float[] x, float[] sums) {
        switch (LANES) {
            case 4 -> four(from, to, sliceAt, columns, values, x, sums);
            case 8 -> eight(from, to, sliceAt, columns, values, x, sums);
            default -> sixteen(from, to, sliceAt, columns, values, x, sums);
        }
    }

    private static void four(int from, int to, int[] sliceAt, char[] c, float[] values, float[] x,
            float[] sums) {
        for (int s = from; s < to; s++) {
            FloatVector sum = FloatVector.zero(S);
            int end = sliceAt[s + 1];
            for (int p = sliceAt[s]; p < end; p += 4) {
                FloatVector a = FloatVector.broadcast(S, x[c[p]])
                        .blend(FloatVector.broadcast(S, x[c[p + 1]]), Lanes.UPPER_OF_2);
                FloatVector b = FloatVector.broadcast(S, x[c[p + 2]])
                        .blend(FloatVector.broadcast(S, x[c[p + 3]]), Lanes.UPPER_OF_2);
                sum = FloatVector.fromArray(S, values, p).fma(a.blend(b, Lanes.UPPER_OF_4), sum);
            }
            sum.intoArray(sums, (s - from) * LANES);
        }
    }

    private static void eight(int from, int to, int[] sliceAt, char[] c, float[] values, float[] x,
            float[] sums) {
        for (int s = from; s < to; s++) {
            FloatVector sum = FloatVector.zero(S);
            int end = sliceAt[s + 1];
            for (int p = sliceAt[s]; p < end; p += 8) {
                FloatVector a = FloatVector.broadcast(S, x[c[p]])
                        .blend(FloatVector.broadcast(S, x[c[p + 1]]), Lanes.UPPER_OF_2);
                FloatVector b = FloatVector.broadcast(S, x[c[p + 2]])
                        .blend(FloatVector.broadcast(S, x[c[p + 3]]), Lanes.UPPER_OF_2);
                FloatVector d = FloatVector.broadcast(S, x[c[p + 4]])
                        .blend(FloatVector.broadcast(S, x[c[p + 5]]), Lanes.UPPER_OF_2);
                FloatVector e = FloatVector.broadcast(S, x[c[p + 6]])
                        .blend(FloatVector.broadcast(S, x[c[p + 7]]), Lanes.UPPER_OF_2);
                FloatVector all = a.blend(b, Lanes.UPPER_OF_4).blend(d.blend(e, Lanes.UPPER_OF_4), Lanes.UPPER_OF_8);
                sum = FloatVector.fromArray(S, values, p).fma(all, sum);
            }
            sum.intoArray(sums, (s - from) * LANES);
        }
    }

    private static void sixteen(int from, int to, int[] sliceAt, char[] c, float[] values, float[] x,
            float[] sums) {
        for (int s = from; s < to; s++) {
            FloatVector sum = FloatVector.zero(S);
            int end = sliceAt[s + 1];
            for (int p = sliceAt[s]; p < end; p += 16) {
                FloatVector a = FloatVector.broadcast(S, x[c[p]])
                        .blend(FloatVector.broadcast(S, x[c[p + 1]]), Lanes.UPPER_OF_2);
                FloatVector b = FloatVector.broadcast(S, x[c[p + 2]])
                        .blend(FloatVector.broadcast(S, x[c[p + 3]]), Lanes.UPPER_OF_2);
                FloatVector d = FloatVector.broadcast(S, x[c[p + 4]])
                        .blend(FloatVector.broadcast(S, x[c[p + 5]]), Lanes.UPPER_OF_2);
                FloatVector e = FloatVector.broadcast(S, x[c[p + 6]])
                        .blend(FloatVector.broadcast(S, x[c[p + 7]]), Lanes.UPPER_OF_2);
                FloatVector low = a.blend(b, Lanes.UPPER_OF_4).blend(d.blend(e, Lanes.UPPER_OF_4), Lanes.UPPER_OF_8);
                FloatVector f = FloatVector.broadcast(S, x[c[p + 8]])
                        .blend(FloatVector.broadcast(S, x[c[p + 9]]), Lanes.UPPER_OF_2);
                FloatVector g = FloatVector.broadcast(S, x[c[p + 10]])
                        .blend(FloatVector.broadcast(S, x[c[p + 11]]), Lanes.UPPER_OF_2);
                FloatVector h = FloatVector.broadcast(S, x[c[p + 12]])
                        .blend(FloatVector.broadcast(S, x[c[p + 13]]), Lanes.UPPER_OF_2);
                FloatVector i = FloatVector.broadcast(S, x[c[p + 14]])
                        .blend(FloatVector.broadcast(S, x[c[p + 15]]), Lanes.UPPER_OF_2);
                FloatVector high = f.blend(g, Lanes.UPPER_OF_4).blend(h.blend(i, Lanes.UPPER_OF_4), Lanes.UPPER_OF_8);
                sum = FloatVector.fromArray(S, values, p).fma(low.blend(high, Lanes.UPPER_OF_16), sum);
            }
            sum.intoArray(sums, (s - from) * LANES);
        }
    }
}
