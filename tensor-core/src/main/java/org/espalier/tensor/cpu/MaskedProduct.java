package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * y = x (W o M)', where M is a mask of bits and the weights that it removes are not zero: a mask is being tried. The masked
 * weights are never written to memory. Where few weights are kept, those of some rows and columns are collected at a time
 * and multiplied as {@link SparseKernels} does; where many are, a tile of W is masked into a cache and multiplied densely.
 * Parts that the mask empties are not even read.
 */
final class MaskedProduct {
    /** Share of weights kept up to which collecting them is faster. */
    private static final double FEW = 0.4;
    private static final int TASK_ROWS = 128;
    /** Columns of a part, a multiple of the bits of a word. */
    private static final int PART = 512;
    private static final int WORD = Integer.SIZE;
    private static final int BYTE = Byte.SIZE;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    /** For each byte of a mask, eight numbers whose bits are all set where its bit is. */
    private static final int[] ONES = ones();

    private final int rows;
    private final int cols;
    private final int words;
    private final float[] weights;
    private final int[] bits;

    /**
     * @param weights W, (rows, cols)
     * @param bits M, (rows, {@link #words}): column c is bit c % 32 of word c / 32; bits behind the last column are 0
     */
    MaskedProduct(int rows, int cols, float[] weights, int[] bits) {
        this.rows = rows;
        this.cols = cols;
        words = words(cols);
        this.weights = weights;
        this.bits = bits;
    }

    /** Words of a row of bits. */
    static int words(int cols) {
        return Lanes.blocks(cols, WORD);
    }

    /** y (samples, rows) = x (samples, cols) times the masked weights, plus a bias a row if there is one, then its ReLU. */
    void multiply(Workers workers, int samples, float[] x, float @Nullable [] bias, boolean relu, float[] y) {
        boolean few = kept() <= FEW * rows * cols;
        int tasks = Lanes.blocks(rows, TASK_ROWS);
        double cost = 2.0 * samples * rows * cols;
        int width;
        for (int s = 0; s < samples; s += width) {
            width = SparseKernels.width(samples - s);
            int sample = s;
            SampleStrip strips = new SampleStrip(true, samples, sample, width);
            int packTasks = SampleStrip.packTasks(cols);
            float[] strip = Scratch.mine().image(cols * width);
            workers.parallel(packTasks, tasks, cost, task -> {
                if (task < packTasks) {
                    strips.pack(cols, x, task, strip);
                    return;
                }
                int row = (task - packTasks) * TASK_ROWS;
                int count = Math.min(TASK_ROWS, rows - row);
                if (few) {
                    collected(row, count, strips, strip, y);
                } else {
                    masked(row, count, strips, strip, y);
                }
                Epilogue.biasRelu(y, sample * rows + row, rows, strips.count(), count, bias, row, relu);
            });
        }
    }

    private long kept() {
        long kept = 0;
        for (int i = 0; i < rows * words; i++) {
            kept += Integer.bitCount(bits[i]);
        }
        return kept;
    }

    private void collected(int row, int count, SampleStrip strips, float[] strip, float[] y) {
        Scratch scratch = Scratch.mine();
        int width = strips.width();
        float[] sums = scratch.block(count * width);
        Arrays.fill(sums, 0, count * width, 0f);
        int[] bounds = scratch.offsets(count + 1);
        int[] columns = scratch.runs(count * PART);
        float[] values = scratch.patches(count * PART);
        for (int part = 0; part < cols; part += PART) {
            int found = 0;
            bounds[0] = 0;
            for (int r = 0; r < count; r++) {
                found = collect(row + r, part, Math.min(words, (part + PART) / WORD), columns, values, found);
                bounds[r + 1] = found;
            }
            if (found > 0) {
                SparseKernels.multiply(width, count, bounds, 1, 0, columns, values, strip, 0, width, sums, 0, width,
                        sums, 0, width);
            }
        }
        strips.unpack(rows, row, count, sums, y);
    }

    /** A row's kept weights from column {@code part} on, up to a word; gives how many there are now. */
    private int collect(int row, int part, int endWord, int[] columns, float[] values, int found) {
        int from = row * cols;
        int at = found;
        for (int w = part / WORD; w < endWord; w++) {
            for (int left = bits[row * words + w]; left != 0; left &= left - 1) {
                int column = w * WORD + Integer.numberOfTrailingZeros(left);
                columns[at] = column;
                values[at++] = weights[from + column];
            }
        }
        return at;
    }

    private void masked(int row, int count, SampleStrip strips, float[] strip, float[] y) {
        Scratch scratch = Scratch.mine();
        int width = strips.width();
        float[] tile = scratch.patches(count * PART);
        float[] sums = scratch.partial(count * width);
        Arrays.fill(sums, 0, count * width, 0f);
        for (int part = 0; part < cols; part += PART) {
            int depth = Math.min(PART, cols - part);
            if (mask(row, count, part, depth, tile)) {
                Gemm.multiply(ALONE, false, false, count, width, depth, tile, 0, strip, part * width, sums, 0, true);
            }
        }
        strips.unpack(rows, row, count, sums, y);
    }

    /** Writes the masked weights of a tile, (count, depth); false if none are kept. */
    private boolean mask(int row, int count, int part, int depth, float[] tile) {
        int any = 0;
        for (int r = 0; r < count; r++) {
            int from = (row + r) * cols + part;
            int to = r * depth;
            for (int c = 0; c < depth; c += WORD) {
                int word = bits[(row + r) * words + (part + c) / WORD];
                any |= word;
                int end = Math.min(WORD, depth - c);
                if (end == WORD && Lanes.COUNT >= BYTE) {
                    word(weights, from + c, word, tile, to + c);
                } else {
                    for (int i = 0; i < end; i++) {
                        // no branch: which weights go, nothing can foresee
                        tile[to + c + i] = Float.intBitsToFloat(
                                Float.floatToRawIntBits(weights[from + c + i]) & -(word >>> i & 1));
                    }
                }
            }
        }
        return any != 0;
    }

    private static void word(float[] weights, int from, int word, float[] tile, int to) {
        for (int i = 0; i < WORD; i += BYTE) {
            IntVector kept = IntVector.fromArray(INTS, ONES, (word >>> i & 0xFF) * BYTE);
            FloatVector.fromArray(FLOATS, weights, from + i).reinterpretAsInts().and(kept).reinterpretAsFloats()
                    .intoArray(tile, to + i);
        }
    }

    private static int[] ones() {
        int[] ones = new int[BYTE << BYTE];
        for (int i = 0; i < ones.length; i++) {
            ones[i] = -(i / BYTE >>> i % BYTE & 1);
        }
        return ones;
    }

    /** A task multiplies its tiles by itself. */
    private static final Workers ALONE = new Workers(1);
}
