package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest values of windows of any size and stride. A plane is laid out with its padding, so that what a tap of the
 * window (one of its elements) meets in neighbouring outputs lies side by side: elements that are a stride apart, in
 * rows and in columns, make a plane of their own, a phase. All outputs are then one row, with a few of no use between the
 * rows, and taps challenge the best so far four at a time. No branch hangs on the numbers.
 */
final class MaxWindows {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int FOUR = 4;

    private final PoolShape s;
    private final int outHeight;
    private final int outWidth;
    /** Floats of a row of a phase, and from a row of outputs to the next. */
    private final int pitch;
    /** Floats of a phase. */
    private final int area;
    /** Phases of rows, and of columns, that windows reach. */
    private final int phasesDown;
    private final int phasesAcross;
    /** Outputs as they are laid out, whole vectors. */
    private final int size;
    private final int taps;
    /**
     * Four arrays in one. Where each tap of the first output lies: the window's taps, and the last one again until those
     * behind the first are a multiple of four. What each of them adds to the place of its window's first. The place of
     * each output's first tap, as if the padding were part of the plane. The place of the first that is in the plane.
     */
    private final int[] table;
    private final int steps;
    private final int places;
    private final int starts;

    /** Keeps its tables in the memory of the thread that makes it. */
    MaxWindows(PoolShape s) {
        this.s = s;
        outHeight = s.outHeight();
        outWidth = s.outWidth();
        pitch = outWidth + (s.kernelWidth() - 1) / s.strideWidth();
        area = pitch * (outHeight + (s.kernelHeight() - 1) / s.strideHeight());
        phasesDown = Math.min(s.strideHeight(), s.kernelHeight());
        phasesAcross = Math.min(s.strideWidth(), s.kernelWidth());
        size = Lanes.roundUp((outHeight - 1) * pitch + outWidth, LANES);
        taps = 1 + Lanes.roundUp(s.kernelHeight() * s.kernelWidth() - 1, FOUR);
        steps = taps;
        places = 2 * taps;
        starts = places + size;
        table = Scratch.mine().offsets(starts + size);
        fillTable();
    }

    private void fillTable() {
        for (int t = 0; t < taps; t++) {
            int tap = Math.min(t, s.kernelHeight() * s.kernelWidth() - 1);
            int r = tap / s.kernelWidth();
            int k = tap % s.kernelWidth();
            table[t] = phase(r % s.strideHeight(), k % s.strideWidth()) + r / s.strideHeight() * pitch
                    + k / s.strideWidth();
            table[steps + t] = r * s.width() + k;
        }
        for (int p = 0; p < outHeight; p++) {
            int row = p * s.strideHeight() - s.padHeight();
            for (int q = 0; q < outWidth; q++) {
                table[places + p * pitch + q] = row * s.width() + q * s.strideWidth() - s.padWidth();
                table[starts + p * pitch + q] = s.top(p) * s.width() + s.left(q);
            }
        }
    }

    private int phase(int down, int across) {
        return (down * phasesAcross + across) * area;
    }

    /** y = the largest values of the planes [from, end) of x, winner = their places; see {@link Pooling#max}. */
    void run(int from, int end, float[] x, float[] y, int[] winner) {
        Scratch scratch = Scratch.mine();
        int floats = phasesDown * phasesAcross * area + LANES;
        float[] in = scratch.image(floats);
        float[] best = scratch.patches(size);
        int[] place = scratch.runs(size);
        // Padding never wins. Planes leave it as it is, so once is enough.
        Arrays.fill(in, 0, floats, Float.NEGATIVE_INFINITY);
        for (int plane = from; plane < end; plane++) {
            layOut(x, plane * s.inSize(), in);
            System.arraycopy(in, table[0], best, 0, size);
            System.arraycopy(table, starts, place, 0, size);
            for (int t = 1; t < taps; t += FOUR) {
                challenge(in, t, best, place);
            }
            for (int p = 0, at = plane * outHeight * outWidth; p < outHeight; p++, at += outWidth) {
                System.arraycopy(best, p * pitch, y, at, outWidth);
                System.arraycopy(place, p * pitch, winner, at, outWidth);
            }
        }
    }

    private void layOut(float[] x, int from, float[] to) {
        int rows = Math.min(s.height(), (outHeight - 1) * s.strideHeight() + s.kernelHeight() - s.padHeight());
        for (int across = 0; across < phasesAcross; across++) {
            int column = across - s.padWidth();
            int first = Math.max(0, Lanes.blocks(-column, s.strideWidth()));
            int end = Math.clamp(Lanes.blocks(s.width() - column, s.strideWidth()), first, pitch);
            column += first * s.strideWidth();
            for (int down = 0; down < phasesDown; down++) {
                int h = down - s.padHeight();
                int above = Math.max(0, Lanes.blocks(-h, s.strideHeight()));
                int at = phase(down, across) + above * pitch + first;
                for (h += above * s.strideHeight(); h < rows; h += s.strideHeight(), at += pitch) {
                    ImageRows.pick(x, from + h * s.width() + column, s.strideWidth(), end - first,
                            to, at);
                }
            }
        }
    }

    /** Lets taps t to t + 3 challenge the best so far. */
    private void challenge(float[] in, int t, float[] best, int[] place) {
        int o0 = table[t], o1 = table[t + 1], o2 = table[t + 2], o3 = table[t + 3];
        int s0 = table[steps + t], s1 = table[steps + t + 1], s2 = table[steps + t + 2], s3 = table[steps + t + 3];
        for (int i = 0; i < size; i += LANES) {
            FloatVector b = FloatVector.fromArray(S, best, i);
            IntVector at = IntVector.fromArray(Lanes.INTS, place, i);
            IntVector index = IntVector.fromArray(Lanes.INTS, table, places + i);
            FloatVector c = FloatVector.fromArray(S, in, o0 + i);
            VectorMask<Float> wins = c.compare(VectorOperators.LE, b).not().and(b.compare(VectorOperators.EQ, b));
            b = b.blend(c, wins);
            at = at.blend(index.add(s0), wins.cast(Lanes.INTS));
            c = FloatVector.fromArray(S, in, o1 + i);
            wins = c.compare(VectorOperators.LE, b).not().and(b.compare(VectorOperators.EQ, b));
            b = b.blend(c, wins);
            at = at.blend(index.add(s1), wins.cast(Lanes.INTS));
            c = FloatVector.fromArray(S, in, o2 + i);
            wins = c.compare(VectorOperators.LE, b).not().and(b.compare(VectorOperators.EQ, b));
            b = b.blend(c, wins);
            at = at.blend(index.add(s2), wins.cast(Lanes.INTS));
            c = FloatVector.fromArray(S, in, o3 + i);
            wins = c.compare(VectorOperators.LE, b).not().and(b.compare(VectorOperators.EQ, b));
            b.blend(c, wins).intoArray(best, i);
            at.blend(index.add(s3), wins.cast(Lanes.INTS)).intoArray(place, i);
        }
    }
}
