package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest values of windows of any size and stride. A plane is laid out in phases ({@link WindowPlane}), and
 * then taps of the window challenge the best so far four at a time. No branch hangs on the numbers.
 */
final class MaxWindows {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int FOUR = 4;

    private final PoolShape s;
    private final WindowPlane plane;
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
        plane = new WindowPlane(s);
        size = plane.outSize();
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
            table[t] = plane.offset(r, k);
            table[steps + t] = r * s.width() + k;
        }
        int pitch = plane.pitch();
        for (int p = 0; p < s.outHeight(); p++) {
            int row = p * s.strideHeight() - s.padHeight();
            for (int q = 0; q < s.outWidth(); q++) {
                table[places + p * pitch + q] = row * s.width() + q * s.strideWidth() - s.padWidth();
                table[starts + p * pitch + q] = s.top(p) * s.width() + s.left(q);
            }
        }
    }

    /** y = the largest values of the planes [from, end) of x, winner = their places; see {@link Pooling#max}. */
    void run(int from, int end, float[] x, float[] y, int[] winner) {
        Scratch scratch = Scratch.mine();
        float[] in = scratch.image(plane.size());
        float[] best = scratch.patches(size);
        int[] place = scratch.runs(size);
        int outHeight = s.outHeight();
        int outWidth = s.outWidth();
        // Padding never wins. Planes leave it as it is, so once is enough.
        Arrays.fill(in, 0, plane.size(), Float.NEGATIVE_INFINITY);
        for (int n = from; n < end; n++) {
            plane.layOut(x, n * s.inSize(), in);
            System.arraycopy(in, table[0], best, 0, size);
            System.arraycopy(table, starts, place, 0, size);
            for (int t = 1; t < taps; t += FOUR) {
                challenge(in, t, best, place);
            }
            int at = n * outHeight * outWidth;
            plane.outputs(best, y, at);
            for (int p = 0; p < outHeight; p++) {
                System.arraycopy(place, p * plane.pitch(), winner, at + p * outWidth, outWidth);
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
