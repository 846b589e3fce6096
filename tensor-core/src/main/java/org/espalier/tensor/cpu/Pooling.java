package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling over planes, and its gradient; {@link AveragePooling} has the mean. A task takes whole planes. Windows of
 * 2 x 2 side by side are done where they lie, others by {@link MaxWindows}, which lays planes out first.
 */
public final class Pooling {

    private static final double COST = 6;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final VectorShuffle<Float> EVEN = Lanes.EVEN;
    private static final VectorShuffle<Float> ODD = Lanes.ODD;
    private static final VectorMask<Float> UPPER = Lanes.UPPER;
    private static final IntVector TWO_APART = IntVector.zero(Lanes.INTS).addIndex(2);
    /** The same, the second half two rows down, rows being as long as a vector. */
    private static final IntVector IN_TWO_ROWS =
            TWO_APART.blend(TWO_APART.add(LANES), UPPER.cast(Lanes.INTS));

    private Pooling() {}

    /**
     * y = the largest value of each window, and winner = its place in its plane (h * width + w). Of equal values the
     * first one wins; NaN counts as larger than any number.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public static void max(Workers workers, PoolShape s, float[] x, float[] y, int[] winner) {
        s.check("Pooling.max", x.length, Math.min(y.length, winner.length));
        if (s.planes() == 0 || s.outSize() == 0) {
            return;
        }
        boolean halving = s.kernelHeight() == 2 && s.kernelWidth() == 2 && s.strideHeight() == 2 && s.strideWidth() == 2
                && s.padHeight() == 0 && s.padWidth() == 0 && !s.ceil();
        if (halving && s.outWidth() >= LANES) {
            Chunks.rows(workers, s.planes(), s.inSize(), COST, (from, end) -> {
                for (int plane = from; plane < end; plane++) {
                    maxOfFour(s, plane, x, y, winner);
                }
            });
        } else if (halving && s.width() == LANES && s.outHeight() > 1) {
            Chunks.rows(workers, s.planes(), s.inSize(), COST, (from, end) -> {
                for (int plane = from; plane < end; plane++) {
                    twoRows(s, plane, x, y, winner);
                }
            });
        } else {
            MaxWindows windows = new MaxWindows(s);
            Chunks.rows(workers, s.planes(), Math.max(s.inSize(), s.outSize()), COST,
                    (from, end) -> windows.run(from, end, x, y, winner));
        }
    }

    /** 2 x 2 windows next to each other: even and odd columns of two rows side by side in four vectors. */
    private static void maxOfFour(PoolShape s, int plane, float[] x, float[] y, int[] winner) {
        int outWidth = s.outWidth();
        for (int p = 0; p < s.outHeight(); p++) {
            int to = (plane * s.outHeight() + p) * outWidth;
            for (int q = 0; q < outWidth; q += LANES) {
                // The last vector overlaps the one before.
                int column = Math.min(q, outWidth - LANES);
                int inPlane = 2 * p * s.width() + 2 * column;
                int from = plane * s.inSize() + inPlane;
                maxOfFour(x, from, from + LANES, s.width(), TWO_APART.add(inPlane), y, winner, to + column);
            }
        }
    }

    /** The same where rows are as long as a vector: two rows of results at a time. */
    private static void twoRows(PoolShape s, int plane, float[] x, float[] y, int[] winner) {
        int outWidth = s.outWidth();
        for (int p = 0; p < s.outHeight(); p += 2) {
            // The last two rows may overlap those before.
            int row = Math.min(p, s.outHeight() - 2);
            int inPlane = 2 * row * LANES;
            int from = plane * s.inSize() + inPlane;
            maxOfFour(x, from, from + 2 * LANES, LANES, IN_TWO_ROWS.add(inPlane), y, winner,
                    (plane * s.outHeight() + row) * outWidth);
        }
    }

    /**
     * The windows of a vector of results.
     *
     * @param low where the upper row of the first half of the windows lies
     * @param high where that of the second half lies
     * @param width from there to the lower row
     * @param index places of the windows' first elements in their plane
     */
    private static void maxOfFour(float[] x, int low, int high, int width, IntVector index, float[] y, int[] winner,
            int to) {
        FloatVector a = FloatVector.fromArray(S, x, low);
        FloatVector b = FloatVector.fromArray(S, x, high);
        FloatVector c = FloatVector.fromArray(S, x, low + width);
        FloatVector d = FloatVector.fromArray(S, x, high + width);
        FloatVector best = pick(EVEN, a, b);
        IntVector place = index;
        FloatVector challenger = pick(ODD, a, b);
        VectorMask<Float> wins = beats(challenger, best);
        best = best.blend(challenger, wins);
        place = place.blend(index.add(1), wins.cast(Lanes.INTS));
        challenger = pick(EVEN, c, d);
        wins = beats(challenger, best);
        best = best.blend(challenger, wins);
        place = place.blend(index.add(width), wins.cast(Lanes.INTS));
        challenger = pick(ODD, c, d);
        wins = beats(challenger, best);
        best.blend(challenger, wins).intoArray(y, to);
        place.blend(index.add(width + 1), wins.cast(Lanes.INTS)).intoArray(winner, to);
    }

    /** Every other element of two vectors. */
    private static FloatVector pick(VectorShuffle<Float> which, FloatVector low, FloatVector high) {
        return low.rearrange(which).blend(high.rearrange(which), UPPER);
    }

    private static VectorMask<Float> beats(FloatVector challenger, FloatVector best) {
        return challenger.compare(VectorOperators.LE, best).not().and(best.compare(VectorOperators.EQ, best));
    }

    /**
     * dx = the gradient of {@link #max} by its input: dy goes to the winners. For planes of these sizes, whatever the
     * window: the pooled plane may be the larger one.
     */
    public static void scatter(Workers workers, int planes, int inSize, int outSize, float[] dy, int[] winner,
            float[] dx) {
        Chunks.rows(workers, planes, Math.max(inSize, outSize), COST, (from, end) -> {
            Arrays.fill(dx, from * inSize, end * inSize, 0f);
            for (int plane = from; plane < end; plane++) {
                for (int i = plane * outSize; i < (plane + 1) * outSize; i++) {
                    dx[plane * inSize + winner[i]] += dy[i];
                }
            }
        });
    }
}
