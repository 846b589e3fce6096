package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of convolutions: a tile of {@value #FOUR} or {@value #SIX} rows by two vectors stays in registers
 * over a run of taps or pixels. Eight sums just hide the latency of FMA; twelve hide a late load, too, and read less, but
 * take 15 of the 16 registers of x86: see {@link GemmKernels#inOrder}. Six rows take one loop: around a second one C2
 * would keep some of the sums in memory. And the choice between storing and adding is made once: after several such
 * choices C2 would keep the sums as objects.
 *
 * <p>Each sum is one chain of FMA from 0 over the run, whatever the tile, and is then added to what is there if asked. So
 * an element's bits don't depend on where tiles and tasks begin.
 */
final class ConvolutionKernels {

    static final int FOUR = GemmKernels.ROWS;
    static final int SIX = GemmKernels.TALL;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private ConvolutionKernels() {}

    /**
     * Four filters by two vectors of outputs, over {@code depth} taps that lie in b from b0 on for the left vector and
     * from b1 on for the right. w is packed (tap, filter). Filter f of the left vector goes
     * to y[left + f * ld].
     */
    static void fourFilters(int depth, float[] w, int w0, float[] b, int b0, int b1, float[] y,
            int left, int right, int ld, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        for (int p = 0, i = w0, j = b0, k = b1; p < depth; p++, i += FOUR, j += LANES, k += LANES) {
            FloatVector y0 = FloatVector.fromArray(S, b, j);
            FloatVector y1 = FloatVector.fromArray(S, b, k);
            FloatVector x0 = FloatVector.broadcast(S, w[i]);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            FloatVector x1 = FloatVector.broadcast(S, w[i + 1]);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            FloatVector x2 = FloatVector.broadcast(S, w[i + 2]);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            FloatVector x3 = FloatVector.broadcast(S, w[i + 3]);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
        }
        if (add) {
            FloatVector.fromArray(S, y, left).add(c00).intoArray(y, left);
            FloatVector.fromArray(S, y, right).add(c01).intoArray(y, right);
            FloatVector.fromArray(S, y, left + ld).add(c10).intoArray(y, left + ld);
            FloatVector.fromArray(S, y, right + ld).add(c11).intoArray(y, right + ld);
            FloatVector.fromArray(S, y, left + 2 * ld).add(c20).intoArray(y, left + 2 * ld);
            FloatVector.fromArray(S, y, right + 2 * ld).add(c21).intoArray(y, right + 2 * ld);
            FloatVector.fromArray(S, y, left + 3 * ld).add(c30).intoArray(y, left + 3 * ld);
            FloatVector.fromArray(S, y, right + 3 * ld).add(c31).intoArray(y, right + 3 * ld);
        } else {
            c00.intoArray(y, left);
            c01.intoArray(y, right);
            c10.intoArray(y, left + ld);
            c11.intoArray(y, right + ld);
            c20.intoArray(y, left + 2 * ld);
            c21.intoArray(y, right + 2 * ld);
            c30.intoArray(y, left + 3 * ld);
            c31.intoArray(y, right + 3 * ld);
        }
    }

    /** The same for six filters. */
    static void sixFilters(int depth, float[] w, int w0, float[] b, int b0, int b1, float[] y,
            int left, int right, int ld, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
        for (int p = 0, i = w0, j = b0, k = b1; p < depth; p++, i += SIX, j += LANES, k += LANES) {
            FloatVector y0 = FloatVector.fromArray(S, b, j);
            FloatVector y1 = FloatVector.fromArray(S, b, k);
            FloatVector x0 = FloatVector.broadcast(S, w[i]);
            c00 = x0.fma(y0, c00);
            c01 = x0.fma(y1, c01);
            GemmKernels.inOrder();
            FloatVector x1 = FloatVector.broadcast(S, w[i + 1]);
            c10 = x1.fma(y0, c10);
            c11 = x1.fma(y1, c11);
            GemmKernels.inOrder();
            FloatVector x2 = FloatVector.broadcast(S, w[i + 2]);
            c20 = x2.fma(y0, c20);
            c21 = x2.fma(y1, c21);
            GemmKernels.inOrder();
            FloatVector x3 = FloatVector.broadcast(S, w[i + 3]);
            c30 = x3.fma(y0, c30);
            c31 = x3.fma(y1, c31);
            GemmKernels.inOrder();
            FloatVector x4 = FloatVector.broadcast(S, w[i + 4]);
            c40 = x4.fma(y0, c40);
            c41 = x4.fma(y1, c41);
            GemmKernels.inOrder();
            FloatVector x5 = FloatVector.broadcast(S, w[i + 5]);
            c50 = x5.fma(y0, c50);
            c51 = x5.fma(y1, c51);
        }
        if (add) {
            FloatVector.fromArray(S, y, left).add(c00).intoArray(y, left);
            FloatVector.fromArray(S, y, right).add(c01).intoArray(y, right);
            FloatVector.fromArray(S, y, left + ld).add(c10).intoArray(y, left + ld);
            FloatVector.fromArray(S, y, right + ld).add(c11).intoArray(y, right + ld);
            FloatVector.fromArray(S, y, left + 2 * ld).add(c20).intoArray(y, left + 2 * ld);
            FloatVector.fromArray(S, y, right + 2 * ld).add(c21).intoArray(y, right + 2 * ld);
            FloatVector.fromArray(S, y, left + 3 * ld).add(c30).intoArray(y, left + 3 * ld);
            FloatVector.fromArray(S, y, right + 3 * ld).add(c31).intoArray(y, right + 3 * ld);
            FloatVector.fromArray(S, y, left + 4 * ld).add(c40).intoArray(y, left + 4 * ld);
            FloatVector.fromArray(S, y, right + 4 * ld).add(c41).intoArray(y, right + 4 * ld);
            FloatVector.fromArray(S, y, left + 5 * ld).add(c50).intoArray(y, left + 5 * ld);
            FloatVector.fromArray(S, y, right + 5 * ld).add(c51).intoArray(y, right + 5 * ld);
        } else {
            c00.intoArray(y, left);
            c01.intoArray(y, right);
            c10.intoArray(y, left + ld);
            c11.intoArray(y, right + ld);
            c20.intoArray(y, left + 2 * ld);
            c21.intoArray(y, right + 2 * ld);
            c30.intoArray(y, left + 3 * ld);
            c31.intoArray(y, right + 3 * ld);
            c40.intoArray(y, left + 4 * ld);
            c41.intoArray(y, right + 4 * ld);
            c50.intoArray(y, left + 5 * ld);
            c51.intoArray(y, right + 5 * ld);
        }
    }

    /**
     * Four taps by two vectors of filters: tap i starts at a[offsets[t + i]] and comes in {@code runs} runs of
     * {@code depth} pixels that are {@code step} apart; b is packed (pixel, filter). The sums are added to c[c0 + i *
     * ld]. (Of six taps, each with an index of its own, C2 would spill.)
     */
    static void fourTaps(int runs, int depth, int step, float[] a, int[] offsets, int t, float[] b, int b0, float[] c,
            int c0, int ld) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        int row0 = offsets[t], row1 = offsets[t + 1], row2 = offsets[t + 2], row3 = offsets[t + 3];
        for (int r = 0; r < runs; r++) {
            for (int p = 0, j = b0; p < depth; p++, j += 2 * LANES) {
                FloatVector y0 = FloatVector.fromArray(S, b, j);
                FloatVector y1 = FloatVector.fromArray(S, b, j + LANES);
                FloatVector x0 = FloatVector.broadcast(S, a[row0 + p]);
                c00 = x0.fma(y0, c00);
                c01 = x0.fma(y1, c01);
                FloatVector x1 = FloatVector.broadcast(S, a[row1 + p]);
                c10 = x1.fma(y0, c10);
                c11 = x1.fma(y1, c11);
                FloatVector x2 = FloatVector.broadcast(S, a[row2 + p]);
                c20 = x2.fma(y0, c20);
                c21 = x2.fma(y1, c21);
                FloatVector x3 = FloatVector.broadcast(S, a[row3 + p]);
                c30 = x3.fma(y0, c30);
                c31 = x3.fma(y1, c31);
            }
            b0 += depth * 2 * LANES;
            row0 += step;
            row1 += step;
            row2 += step;
            row3 += step;
        }
        FloatVector.fromArray(S, c, c0).add(c00).intoArray(c, c0);
        FloatVector.fromArray(S, c, c0 + LANES).add(c01).intoArray(c, c0 + LANES);
        FloatVector.fromArray(S, c, c0 + ld).add(c10).intoArray(c, c0 + ld);
        FloatVector.fromArray(S, c, c0 + ld + LANES).add(c11).intoArray(c, c0 + ld + LANES);
        FloatVector.fromArray(S, c, c0 + 2 * ld).add(c20).intoArray(c, c0 + 2 * ld);
        FloatVector.fromArray(S, c, c0 + 2 * ld + LANES).add(c21).intoArray(c, c0 + 2 * ld + LANES);
        FloatVector.fromArray(S, c, c0 + 3 * ld).add(c30).intoArray(c, c0 + 3 * ld);
        FloatVector.fromArray(S, c, c0 + 3 * ld + LANES).add(c31).intoArray(c, c0 + 3 * ld + LANES);
    }
}
