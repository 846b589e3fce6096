package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The linear maps of Winograd's F(2x2, 3x3) (Lavin and Gray 2016, section 4.1): of tiles of 4x4 pixels, of filters of 3x3
 * weights, and of 4x4 sums to 2x2 outputs. Neighbouring tiles lie in the lanes of a vector.
 */
final class WinogradTransforms {

    /** Elements of a tile, and of a transformed filter. */
    static final int POINTS = 16;
    /** Room for the split pixels of each of the eight kinds of rows and columns: all of them take half of L1. */
    static final int SET = 544;
    /** Floats from point to point. */
    private static final int POINT = GemmKernels.COLUMNS;
    /**
     * Floats from one channel's or filter's points to the next: a line more than they need, so that L1 spreads them. That
     * this and {@link #SET} are constants spares a check of bounds at each read and write (20 instead of 60 cycles a
     * vector of tiles).
     */
    static final int STEP = POINTS * POINT + 16;

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final VectorShuffle<Float> EVEN = Lanes.EVEN;
    private static final VectorShuffle<Float> ODD = Lanes.ODD;
    private static final VectorShuffle<Float> LOW = VectorShuffle.fromOp(S, lane -> lane / 2);
    private static final VectorShuffle<Float> HIGH = VectorShuffle.fromOp(S, lane -> LANES / 2 + lane / 2);
    private static final VectorMask<Float> UPPER = Lanes.UPPER;
    private static final VectorMask<Float> AT_ODD = VectorMask.fromLong(S, 0xAAAAL);

    private WinogradTransforms() {}

    /**
     * Splits rows of pixels by the column in which a tile meets them: row r of {@code 2 * tiles + 2} pixels goes to four
     * runs of {@code tiles}: those of columns 0, 2, ..., then 1, 3, ..., then 2, 4, ..., then 3, 5, ... Even rows lie
     * together, and odd ones: run j of row r starts at to[(4 * (r % 2) + j) * SET + r / 2 * tiles]. Up to a vector beyond
     * each is overwritten.
     */
    static void split(float[] pixels, int rows, int tiles, float[] to) {
        for (int q = (tiles - 1) / LANES * LANES; q >= 0; q -= LANES) {
            splitEverySecond(pixels, 2 * q, (rows + 1) / 2, tiles, to, q);
            splitEverySecond(pixels, 2 * tiles + 2 + 2 * q, rows / 2, tiles, to, 4 * SET + q);
        }
    }

    /** A vector of each even, or of each odd row. From the right: what it writes beyond a row is the start of the next. */
    private static void splitEverySecond(float[] pixels, int from, int rows, int tiles, float[] to, int at) {
        int pitch = 4 * tiles + 4;
        for (int r = 0, i = from, o = at; r < rows; r++, i += pitch, o += tiles) {
            FloatVector left = FloatVector.fromArray(S, pixels, i);
            FloatVector right = FloatVector.fromArray(S, pixels, i + LANES);
            left.rearrange(EVEN).blend(right.rearrange(EVEN), UPPER).intoArray(to, o);
            left.rearrange(ODD).blend(right.rearrange(ODD), UPPER).intoArray(to, o + SET);
            FloatVector left2 = FloatVector.fromArray(S, pixels, i + 2);
            FloatVector right2 = FloatVector.fromArray(S, pixels, i + 2 + LANES);
            left2.rearrange(EVEN).blend(right2.rearrange(EVEN), UPPER).intoArray(to, o + 2 * SET);
            left2.rearrange(ODD).blend(right2.rearrange(ODD), UPPER).intoArray(to, o + 3 * SET);
        }
    }

    /**
     * B^T d B of every second of {@code 2 * count} vectors of tiles, from rows that {@link #split} split, tile {@code from}
     * first. Point e of the first vector goes to to[at + e * POINT], of the next one {@code step} further.
     */
    static void tiles(float[] rows, int from, int tilesX, int count, float[] to, int at, int step) {
        for (int n = 0, t = from, o = at; n < count; n++, t += 2 * LANES, o += step) {
            int u = t + tilesX;
            FloatVector a0 = FloatVector.fromArray(S, rows, u);
            FloatVector a1 = FloatVector.fromArray(S, rows, u + SET);
            FloatVector a2 = FloatVector.fromArray(S, rows, u + 2 * SET);
            FloatVector a3 = FloatVector.fromArray(S, rows, u + 3 * SET);
            FloatVector w0 = FloatVector.fromArray(S, rows, t).sub(a0);
            FloatVector w1 = FloatVector.fromArray(S, rows, t + SET).sub(a1);
            FloatVector w2 = FloatVector.fromArray(S, rows, t + 2 * SET).sub(a2);
            FloatVector w3 = FloatVector.fromArray(S, rows, t + 3 * SET).sub(a3);
            w0.sub(w2).intoArray(to, o);
            w1.add(w2).intoArray(to, o + POINT);
            w2.sub(w1).intoArray(to, o + 2 * POINT);
            w1.sub(w3).intoArray(to, o + 3 * POINT);
            FloatVector b0 = FloatVector.fromArray(S, rows, t + 4 * SET);
            FloatVector b1 = FloatVector.fromArray(S, rows, t + 5 * SET);
            FloatVector b2 = FloatVector.fromArray(S, rows, t + 6 * SET);
            FloatVector b3 = FloatVector.fromArray(S, rows, t + 7 * SET);
            w0 = b0.add(a0);
            w1 = b1.add(a1);
            w2 = b2.add(a2);
            w3 = b3.add(a3);
            w0.sub(w2).intoArray(to, o + 4 * POINT);
            w1.add(w2).intoArray(to, o + 5 * POINT);
            w2.sub(w1).intoArray(to, o + 6 * POINT);
            w1.sub(w3).intoArray(to, o + 7 * POINT);
            w0 = a0.sub(b0);
            w1 = a1.sub(b1);
            w2 = a2.sub(b2);
            w3 = a3.sub(b3);
            w0.sub(w2).intoArray(to, o + 8 * POINT);
            w1.add(w2).intoArray(to, o + 9 * POINT);
            w2.sub(w1).intoArray(to, o + 10 * POINT);
            w1.sub(w3).intoArray(to, o + 11 * POINT);
            w0 = b0.sub(FloatVector.fromArray(S, rows, u + 4 * SET));
            w1 = b1.sub(FloatVector.fromArray(S, rows, u + 5 * SET));
            w2 = b2.sub(FloatVector.fromArray(S, rows, u + 6 * SET));
            w3 = b3.sub(FloatVector.fromArray(S, rows, u + 7 * SET));
            w0.sub(w2).intoArray(to, o + 12 * POINT);
            w1.add(w2).intoArray(to, o + 13 * POINT);
            w2.sub(w1).intoArray(to, o + 14 * POINT);
            w1.sub(w3).intoArray(to, o + 15 * POINT);
        }
    }

    /**
     * A^T m A of every second of {@code 2 * count} vectors of tiles: point e of the first at sums[from + e * POINT], of the
     * next one {@code fromStep} further. The upper outputs of lane t of the first go to to[at + 2 * t] and to[at + 2 * t +
     * 1], the lower ones {@code lower} further.
     */
    static void outputs(float[] sums, int from, int fromStep, int count, float[] to, int at, int lower) {
        for (int n = 0, i = from, o = at; n < count; n++, i += fromStep, o += 4 * LANES) {
            FloatVector m0 = FloatVector.fromArray(S, sums, i + 4 * POINT);
            FloatVector m1 = FloatVector.fromArray(S, sums, i + 5 * POINT);
            FloatVector m2 = FloatVector.fromArray(S, sums, i + 6 * POINT);
            FloatVector m3 = FloatVector.fromArray(S, sums, i + 7 * POINT);
            FloatVector n0 = FloatVector.fromArray(S, sums, i + 8 * POINT);
            FloatVector n1 = FloatVector.fromArray(S, sums, i + 9 * POINT);
            FloatVector n2 = FloatVector.fromArray(S, sums, i + 10 * POINT);
            FloatVector n3 = FloatVector.fromArray(S, sums, i + 11 * POINT);
            FloatVector a0 = FloatVector.fromArray(S, sums, i).add(m0).add(n0);
            FloatVector a1 = FloatVector.fromArray(S, sums, i + POINT).add(m1).add(n1);
            FloatVector a2 = FloatVector.fromArray(S, sums, i + 2 * POINT).add(m2).add(n2);
            FloatVector a3 = FloatVector.fromArray(S, sums, i + 3 * POINT).add(m3).add(n3);
            FloatVector y0 = a0.add(a1).add(a2);
            FloatVector y1 = a1.sub(a2).sub(a3);
            y0.rearrange(LOW).blend(y1.rearrange(LOW), AT_ODD).intoArray(to, o);
            y0.rearrange(HIGH).blend(y1.rearrange(HIGH), AT_ODD).intoArray(to, o + LANES);
            FloatVector b0 = m0.sub(n0).sub(FloatVector.fromArray(S, sums, i + 12 * POINT));
            FloatVector b1 = m1.sub(n1).sub(FloatVector.fromArray(S, sums, i + 13 * POINT));
            FloatVector b2 = m2.sub(n2).sub(FloatVector.fromArray(S, sums, i + 14 * POINT));
            FloatVector b3 = m3.sub(n3).sub(FloatVector.fromArray(S, sums, i + 15 * POINT));
            FloatVector z0 = b0.add(b1).add(b2);
            FloatVector z1 = b1.sub(b2).sub(b3);
            z0.rearrange(LOW).blend(z1.rearrange(LOW), AT_ODD).intoArray(to, o + lower);
            z0.rearrange(HIGH).blend(z1.rearrange(HIGH), AT_ODD).intoArray(to, o + lower + LANES);
        }
    }

    /**
     * G g G^T of nine weights w[at], w[at + step], ..., to to[to0], to[to0 + point], ...
     */
    static void filter(float[] w, int at, int step, float[] to, int to0, int point) {
        float g00 = w[at], g01 = w[at + step], g02 = w[at + 2 * step];
        float g10 = w[at + 3 * step], g11 = w[at + 4 * step], g12 = w[at + 5 * step];
        float g20 = w[at + 6 * step], g21 = w[at + 7 * step], g22 = w[at + 8 * step];
        row(g00, g01, g02, to, to0, point);
        row(0.5f * (g00 + g10 + g20), 0.5f * (g01 + g11 + g21), 0.5f * (g02 + g12 + g22), to, to0 + 4 * point, point);
        row(0.5f * (g00 - g10 + g20), 0.5f * (g01 - g11 + g21), 0.5f * (g02 - g12 + g22), to, to0 + 8 * point, point);
        row(g20, g21, g22, to, to0 + 12 * point, point);
    }

    private static void row(float a, float b, float c, float[] to, int at, int point) {
        float sum = 0.5f * (a + c);
        float half = 0.5f * b;
        to[at] = a;
        to[at + point] = sum + half;
        to[at + 2 * point] = sum - half;
        to[at + 3 * point] = c;
    }

    /**
     * Copies {@code rows} rows of {@code width} outputs from from[from0], {@code pitch} apart, to y[at], {@code step}
     * apart. Returns 0, or NaN if one of them is not finite.
     */
    static float copy(float[] from, int from0, int pitch, int rows, int width, float[] y, int at, int step,
            float[] lanes) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector bad = zero;
        float rest = 0f;
        int whole = width / LANES * LANES;
        for (int q = 0; q < whole; q += LANES) {
            for (int r = 0, i = from0 + q, o = at + q; r < rows; r++, i += pitch, o += step) {
                FloatVector v = FloatVector.fromArray(S, from, i);
                v.intoArray(y, o);
                bad = v.fma(zero, bad);
            }
        }
        for (int r = 0; whole < width && r < rows; r++) {
            for (int q = whole, i = from0 + r * pitch, o = at + r * step; q < width; q++) {
                float v = from[i + q];
                y[o + q] = v;
                rest += 0f * v;
            }
        }
        bad.intoArray(lanes, 0);
        return Lanes.sum(lanes) + rest;
    }

    /**
     * G^T u G of one filter's points u[at], u[at + point], ..., to the first nine of them. The points of the last row and
     * those of the last column come with the other sign, see {@link WinogradGradient}. Returns 0, or NaN if one is not
     * finite.
     */
    static float weights(float[] u, int at, int point) {
        for (int j = 0; j < 4; j++) {
            int top = at + j * point;
            float sum = 0.5f * (u[top + 4 * point] + u[top + 8 * point]);
            float difference = 0.5f * (u[top + 4 * point] - u[top + 8 * point]);
            u[top] += sum;
            u[top + 4 * point] = difference;
            u[top + 8 * point] = sum - u[top + 12 * point];
        }
        float check = 0f;
        for (int i = 0; i < 3; i++) {
            int left = at + 4 * i * point;
            int to = at + 3 * i * point;
            float sum = 0.5f * (u[left + point] + u[left + 2 * point]);
            float difference = 0.5f * (u[left + point] - u[left + 2 * point]);
            float first = u[left] + sum;
            float last = sum - u[left + 3 * point];
            u[to] = first;
            u[to + point] = difference;
            u[to + 2 * point] = last;
            check += 0f * first + 0f * difference + 0f * last;
        }
        return check;
    }
}
