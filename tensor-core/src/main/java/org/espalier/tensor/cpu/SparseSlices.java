package org.espalier.tensor.cpu;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A sparse matrix for one vector at a time: rows sorted by length and taken as many at a time as a vector has lanes, one a
 * lane, their weights interleaved (SELL-C-sigma of Kreutzer, Hager, Wellein, Fehske and Bishop 2014, sigma being all rows).
 * Shorter rows of a slice are filled up with +0 times an extra element of x, which is 0.
 *
 * <p>The elements of x are put together by broadcasts and blends: a gather takes 1.6 to 1.9 cycles a weight on Zen 3, this
 * 1.1, six bytes of memory a weight allowing for 0.9.
 */
final class SparseSlices {
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    /** Most columns: their numbers, and that of the extra element, are 16 bits. */
    static final int MOST_COLUMNS = Character.MAX_VALUE;
    /** Weights of a task at least. */
    private static final int SMALLEST_TASK = 1 << 15;
    private static final int MOST_TASKS = 64;

    private final int rows;
    private final int cols;
    /** The row in each lane of each slice; the last slice may have fewer rows than lanes. */
    private final int[] rowOf;
    /** Where each slice begins, and the end. */
    private final int[] sliceAt;
    private final char[] columns;
    /** First slice of each task, and the number of slices. */
    private final int[] tasks;

    SparseSlices(int rows, int cols, int[] starts, int[] columnOf) {
        this.rows = rows;
        this.cols = cols;
        rowOf = IntStream.range(0, rows).boxed()
                .sorted(Comparator.comparingInt(r -> starts[r] - starts[r + 1]))
                .mapToInt(Integer::intValue).toArray();
        int slices = Lanes.blocks(rows, LANES);
        sliceAt = new int[slices + 1];
        for (int s = 0; s < slices; s++) {
            int longest = rowOf[s * LANES];
            sliceAt[s + 1] = Math.addExact(sliceAt[s], (starts[longest + 1] - starts[longest]) * LANES);
        }
        columns = new char[sliceAt[slices]];
        Arrays.fill(columns, (char) cols);
        for (int i = 0; i < rows; i++) {
            int at = sliceAt[i / LANES] + i % LANES;
            for (int z = starts[rowOf[i]]; z < starts[rowOf[i] + 1]; z++, at += LANES) {
                columns[at] = (char) columnOf[z];
            }
        }
        tasks = new int[Math.clamp(columns.length / SMALLEST_TASK, 1, MOST_TASKS) + 1];
        for (int s = 0, task = 1; s < slices; s++) {
            while (task < tasks.length && (long) sliceAt[s + 1] * (tasks.length - 1) >= (long) columns.length * task) {
                tasks[task++] = s + 1;
            }
        }
        tasks[tasks.length - 1] = slices;
    }

    int tasks() {
        return tasks.length - 1;
    }

    /** Floats that {@link #multiply} needs for all slices' sums. */
    int sums() {
        return rows + LANES;
    }

    /** The values in this order. */
    float[] arranged(PackedWeights values, int[] starts) {
        return values.in(this, columns.length, to -> {
            Arrays.fill(to, 0, columns.length, 0f);
            float[] from = values.values();
            for (int i = 0; i < rows; i++) {
                int at = sliceAt[i / LANES] + i % LANES;
                for (int z = starts[rowOf[i]]; z < starts[rowOf[i] + 1]; z++, at += LANES) {
                    to[at] = from[z];
                }
            }
        });
    }

    /**
     * The rows of a task times x.
     *
     * @param values {@link #arranged}
     * @param x as many elements as columns, then a 0
     * @param sums working memory, shared by all tasks
     */
    void multiply(int task, float[] values, float[] x, float[] sums) {
        switch (LANES) {
            case 4 -> four(tasks[task], tasks[task + 1], sliceAt, columns, values, x, sums);
            case 8 -> eight(tasks[task], tasks[task + 1], sliceAt, columns, values, x, sums);
            default -> sixteen(tasks[task], tasks[task + 1], sliceAt, columns, values, x, sums);
        }
    }

    /** A task's sums, with a bias and the ReLU of the layer, to their rows of y: row r at y0 + r * step. */
    void store(int task, float[] sums, float[] bias, boolean relu, float[] y, int y0, int step) {
        int end = Math.min(rows, tasks[task + 1] * LANES);
        for (int i = tasks[task] * LANES; i < end; i++) {
            int row = rowOf[i];
            float sum = bias.length == 0 ? sums[i] : sums[i] + bias[row];
            y[y0 + row * step] = relu ? Epilogue.relu(sum) : sum;
        }
    }

    private static void four(int from, int to, int[] sliceAt, char[] c, float[] values, float[] x, float[] sums) {
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
            sum.intoArray(sums, s * LANES);
        }
    }

    private static void eight(int from, int to, int[] sliceAt, char[] c, float[] values, float[] x, float[] sums) {
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
            sum.intoArray(sums, s * LANES);
        }
    }

    private static void sixteen(int from, int to, int[] sliceAt, char[] c, float[] values, float[] x, float[] sums) {
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
            sum.intoArray(sums, s * LANES);
        }
    }
}
