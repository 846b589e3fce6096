package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums and maxima over one axis or all elements. Sums are trees whose form depends on the shape alone: lanes first,
 * then the tree of {@link Lanes#sum}, then the fixed pieces in order.
 */
public final class Reductions {

    private static final double TOUCH = 4;
    /** Rows that are added up before their sum joins the total, so that long columns lose less to rounding. */
    private static final int ROWS = 256;
    /** Columns of a task. */
    private static final int COLUMNS = 256;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private Reductions() {}

    /**
     * The sum of x[x0, x0 + count): two vectors of sums, their tree, then what does not fill two vectors. Short rows make
     * no vector at all: it would be an object until the compiler has seen all of this, and softmax has many such rows.
     */
    static float sum(float[] x, int x0, int count) {
        int whole = count - count % (2 * LANES);
        float sum = whole == 0 ? 0f : sumOfPairs(x, x0, x0 + whole);
        for (int i = x0 + whole; i < x0 + count; i++) {
            sum += x[i];
        }
        return sum;
    }

    private static float sumOfPairs(float[] x, int from, int end) {
        float[] lanes = Scratch.mine().lanes;
        FloatVector even = FloatVector.zero(S);
        FloatVector odd = even;
        for (int i = from; i < end; i += 2 * LANES) {
            even = even.add(FloatVector.fromArray(S, x, i));
            odd = odd.add(FloatVector.fromArray(S, x, i + LANES));
        }
        even.add(odd).intoArray(lanes, 0);
        return Lanes.sum(lanes);
    }

    /** out[0] = the sum of n elements. */
    public static void sumAll(Workers workers, int n, float[] x, float[] out) {
        int pieces = Lanes.blocks(n, Chunks.SIZE);
        float[] partial = Scratch.mine().partial(pieces);
        workers.parallel(pieces, n * TOUCH, piece -> {
            int from = piece * Chunks.SIZE;
            partial[piece] = sum(x, from, Math.min(n, from + Chunks.SIZE) - from);
        });
        double total = 0;
        for (int piece = 0; piece < pieces; piece++) {
            total += partial[piece];
        }
        out[0] = (float) total;
    }

    /** out (rows) = the sum of each row of x (rows, columns). */
    public static void sumOfRows(Workers workers, int rows, int columns, float[] x, float[] out) {
        Chunks.rows(workers, rows, columns, TOUCH, (from, end) -> {
            for (int r = from; r < end; r++) {
                out[r] = sum(x, r * columns, columns);
            }
        });
    }

    /** out (columns) = the sum of each column of x (rows, columns): the gradient of a bias over the last axis. */
    public static void sumOfColumns(Workers workers, int rows, int columns, float[] x, float[] out) {
        Arrays.fill(out, 0, columns, 0f);
        workers.parallel(Lanes.blocks(columns, COLUMNS), rows * (double) columns * TOUCH, task -> {
            int from = task * COLUMNS;
            int width = Math.min(COLUMNS, columns - from);
            float[] sums = Scratch.mine().patches(COLUMNS);
            for (int row = 0; row < rows; row += ROWS) {
                Arrays.fill(sums, 0, width, 0f);
                for (int r = row; r < Math.min(rows, row + ROWS); r++) {
                    addTo(sums, 0, x, r * columns + from, width);
                }
                addTo(out, from, sums, 0, width);
            }
        });
    }

    private static void addTo(float[] sums, int sums0, float[] x, int x0, int count) {
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            FloatVector.fromArray(S, sums, sums0 + i).add(FloatVector.fromArray(S, x, x0 + i)).intoArray(sums,
                    sums0 + i);
        }
        for (; i < count; i++) {
            sums[sums0 + i] += x[x0 + i];
        }
    }

    /**
     * out (channels) = the sum over images and positions of x (images, channels, area): the gradient of a bias over
     * axis 1.
     */
    public static void sumOfChannels(Workers workers, int images, int channels, int area, float[] x, float[] out) {
        workers.parallel(channels, (double) images * channels * area * TOUCH, channel -> {
            double sum = 0;
            for (int n = 0; n < images; n++) {
                sum += sum(x, (n * channels + channel) * area, area);
            }
            out[channel] = (float) sum;
        });
    }

    /** out[0] = the largest of n elements, NaN if there is one, minus infinity if there are none. */
    public static void maxAll(Workers workers, int n, float[] x, float[] out) {
        int pieces = Lanes.blocks(n, Chunks.SIZE);
        float[] partial = Scratch.mine().partial(pieces);
        workers.parallel(pieces, n * TOUCH, piece -> {
            int from = piece * Chunks.SIZE;
            partial[piece] = max(x, from, Math.min(n, from + Chunks.SIZE));
        });
        out[0] = max(partial, 0, pieces);
    }

    /** out (rows) = the largest of each row of x (rows, columns), NaN if there is one. */
    public static void maxOfRows(Workers workers, int rows, int columns, float[] x, float[] out) {
        Chunks.rows(workers, rows, columns, TOUCH, (from, end) -> {
            for (int r = from; r < end; r++) {
                out[r] = max(x, r * columns, (r + 1) * columns);
            }
        });
    }

    private static float max(float[] x, int from, int end) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < end; i++) {
            largest = Math.max(largest, x[i]);
        }
        return largest;
    }

    /**
     * out (rows) = the place of the largest in each row of x (rows, columns), columns > 0: the first of equal ones, or
     * the first NaN.
     */
    public static void argMaxOfRows(Workers workers, int rows, int columns, float[] x, int[] out) {
        Chunks.rows(workers, rows, columns, TOUCH, (from, end) -> {
            for (int r = from; r < end; r++) {
                int best = 0;
                for (int j = 1; j < columns; j++) {
                    float challenger = x[r * columns + j];
                    float largest = x[r * columns + best];
                    if (!(challenger <= largest) && !Float.isNaN(largest)) {
                        best = j;
                    }
                }
                out[r] = best;
            }
        });
    }
}
