package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolution, where each filter sees one channel, and its gradients. There is no product to make of it: a
 * channel is laid out with its padding in L1 ({@link DepthwisePlane}), and a vector of outputs passes over the taps
 * nine at a time, whose weights or sums stay in registers. Memory is what limits it.
 *
 * <p>Each output is one chain of FMA over the taps; a weight's gradient is one chain for each lane, through all rows and
 * images, whose lanes are added at the end. So tasks, which have whole channels, don't change bits.
 */
final class Depthwise {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int NINE = 9;

    private Depthwise() {}

    static boolean serves(ConvShape s) {
        return s.groups() > 1 && s.groupChannels() == 1;
    }

    /** y = x convolved with w. */
    static void forward(Workers workers, ConvShape s, float[] x, float[] w, Finish finish, float[] y) {
        DepthwisePlane plane = DepthwisePlane.of(s);
        int area = s.kernelHeight() * s.kernelWidth();
        int[] offsets = Scratch.mine().offsets(area);
        plane.offsets(offsets);
        workers.parallel(s.images() * s.channels(), 4 * s.flops(), task -> {
            Scratch scratch = Scratch.mine();
            float[] in = scratch.image(plane.size());
            float[] out = scratch.patches(plane.outSize());
            plane.fill(x, task * s.height() * s.width(), in);
            for (int m = 0; m < s.groupFilters(); m++) {
                int filter = task % s.channels() * s.groupFilters() + m;
                int to = (task * s.groupFilters() + m) * s.pixels();
                correlate(plane, in, offsets, w, filter * area, 1, area, out, false);
                plane.outputs(out, y, to);
                finish.apply(y, to, s.pixels(), filter);
            }
        });
    }

    /** dx = the gradient by the input. */
    static void data(Workers workers, ConvShape s, float[] dy, float[] w, float[] dx) {
        DepthwisePlane plane = DepthwisePlane.of(DepthwisePlane.turned(s));
        int area = s.kernelHeight() * s.kernelWidth();
        int[] offsets = Scratch.mine().offsets(area);
        plane.offsets(offsets);
        workers.parallel(s.images() * s.channels(), 4 * s.flops(), task -> {
            Scratch scratch = Scratch.mine();
            float[] in = scratch.image(plane.size());
            float[] out = scratch.patches(plane.outSize());
            for (int m = 0; m < s.groupFilters(); m++) {
                int filter = task % s.channels() * s.groupFilters() + m;
                DepthwisePlane.spread(s, dy, (task * s.groupFilters() + m) * s.pixels(), in);
                correlate(plane, in, offsets, w, (filter + 1) * area - 1, -1, area, out, m > 0);
            }
            plane.outputs(out, dx, task * s.height() * s.width());
        });
    }

    /** dw += the gradient by the weight. */
    static void weight(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw) {
        DepthwisePlane plane = DepthwisePlane.of(s);
        workers.parallel(s.channels(), 4 * s.flops(), channel -> channelWeight(s, plane, channel, x, dy, dw));
    }

    private static void channelWeight(ConvShape s, DepthwisePlane plane, int channel, float[] x, float[] dy,
            float[] dw) {
        int area = s.kernelHeight() * s.kernelWidth();
        int taps = Lanes.roundUp(area, NINE);
        Scratch scratch = Scratch.mine();
        float[] in = scratch.image(plane.size());
        float[] sums = scratch.partial(s.groupFilters() * taps * LANES);
        float[] gradient = scratch.patches(plane.outSize() + LANES);
        int[] offsets = scratch.offsets(taps);
        plane.offsets(offsets);
        Arrays.fill(offsets, area, taps, offsets[area - 1]);
        Arrays.fill(sums, 0, s.groupFilters() * taps * LANES, 0f);
        for (int n = 0; n < s.images(); n++) {
            int image = n * s.channels() + channel;
            plane.fill(x, image * s.height() * s.width(), in);
            for (int m = 0; m < s.groupFilters(); m++) {
                ImageRows.copy(dy, (image * s.groupFilters() + m) * s.pixels(), s.outWidth(), s.outWidth(), 0,
                        s.outHeight(), plane.outPitch(), gradient, 0);
                for (int t = 0; t < taps; t += NINE) {
                    nineSums(in, plane.step(), offsets, t, gradient, plane.outPitch(), plane.sweeps(),
                            plane.sweep(), sums, (m * taps + t) * LANES);
                }
            }
        }
        for (int m = 0; m < s.groupFilters(); m++) {
            for (int t = 0; t < area; t++) {
                float sum = Lanes.sum(FloatVector.fromArray(S, sums, (m * taps + t) * LANES));
                // Zero times infinity where a lane has no output: only then is it worth to leave such lanes out.
                int filter = channel * s.groupFilters() + m;
                dw[filter * area + t] += Float.isNaN(sum) ? plain(s, filter, t, x, dy) : sum;
            }
        }
    }

    private static float plain(ConvShape s, int filter, int tap, float[] x, float[] dy) {
        double sum = 0;
        for (int n = 0; n < s.images(); n++) {
            int i = (n * s.filters() + filter) * s.pixels();
            for (int p = 0; p < s.outHeight(); p++) {
                for (int q = 0; q < s.outWidth(); q++, i++) {
                    int at = Convolution.Tap.of(s, n, filter, p, q, tap);
                    sum += at < 0 ? 0 : (double) dy[i] * x[at];
                }
            }
        }
        return (float) sum;
    }

    /**
     * The outputs = or += the sum over taps of weight times in: the weight of tap t is w[w0 + t * wStep], and what it
     * meets in the first output is in[offsets[t]].
     */
    private static void correlate(DepthwisePlane plane, float[] in, int[] offsets, float[] w, int w0, int wStep,
            int taps, float[] out, boolean add) {
        int t = 0;
        for (; t + NINE <= taps; t += NINE) {
            nine(in, plane.step(), offsets, t, w, w0 + t * wStep, wStep, plane.sweeps(), plane.sweep(), out,
                    plane.outPitch(), add || t > 0);
        }
        for (; t < taps; t++) {
            one(in, plane.step(), offsets[t], w[w0 + t * wStep], plane.sweeps(), plane.sweep(), out,
                    plane.outPitch(), add || t > 0);
        }
    }

    private static void nine(float[] in, int step, int[] offsets, int t, float[] w, int w0, int wStep, int rows,
            int columns, float[] out, int pitch, boolean add) {
        FloatVector w00 = FloatVector.broadcast(S, w[w0]);
        FloatVector w01 = FloatVector.broadcast(S, w[w0 + wStep]);
        FloatVector w02 = FloatVector.broadcast(S, w[w0 + 2 * wStep]);
        FloatVector w10 = FloatVector.broadcast(S, w[w0 + 3 * wStep]);
        FloatVector w11 = FloatVector.broadcast(S, w[w0 + 4 * wStep]);
        FloatVector w12 = FloatVector.broadcast(S, w[w0 + 5 * wStep]);
        FloatVector w20 = FloatVector.broadcast(S, w[w0 + 6 * wStep]);
        FloatVector w21 = FloatVector.broadcast(S, w[w0 + 7 * wStep]);
        FloatVector w22 = FloatVector.broadcast(S, w[w0 + 8 * wStep]);
        int o00 = offsets[t], o01 = offsets[t + 1], o02 = offsets[t + 2];
        int o10 = offsets[t + 3], o11 = offsets[t + 4], o12 = offsets[t + 5];
        int o20 = offsets[t + 6], o21 = offsets[t + 7], o22 = offsets[t + 8];
        for (int p = 0, row = 0, to = 0; p < rows; p++, row += step, to += pitch) {
            for (int q = 0; q < columns; q += LANES) {
                int i = row + q;
                FloatVector sum = FloatVector.fromArray(S, in, i + o00).mul(w00);
                sum = FloatVector.fromArray(S, in, i + o01).fma(w01, sum);
                sum = FloatVector.fromArray(S, in, i + o02).fma(w02, sum);
                sum = FloatVector.fromArray(S, in, i + o10).fma(w10, sum);
                sum = FloatVector.fromArray(S, in, i + o11).fma(w11, sum);
                sum = FloatVector.fromArray(S, in, i + o12).fma(w12, sum);
                sum = FloatVector.fromArray(S, in, i + o20).fma(w20, sum);
                sum = FloatVector.fromArray(S, in, i + o21).fma(w21, sum);
                sum = FloatVector.fromArray(S, in, i + o22).fma(w22, sum);
                if (add) {
                    FloatVector.fromArray(S, out, to + q).add(sum).intoArray(out, to + q);
                } else {
                    sum.intoArray(out, to + q);
                }
            }
        }
    }

    private static void one(float[] in, int step, int offset, float weight, int rows, int columns, float[] out,
            int pitch, boolean add) {
        FloatVector w = FloatVector.broadcast(S, weight);
        for (int p = 0, row = offset, to = 0; p < rows; p++, row += step, to += pitch) {
            for (int q = 0; q < columns; q += LANES) {
                FloatVector product = FloatVector.fromArray(S, in, row + q).mul(w);
                if (add) {
                    FloatVector.fromArray(S, out, to + q).add(product).intoArray(out, to + q);
                } else {
                    product.intoArray(out, to + q);
                }
            }
        }
    }

    /** Nine vectors of sums += the products of gradient and input, lane by lane; the gradient's rows are padded. */
    private static void nineSums(float[] in, int step, int[] offsets, int t, float[] gradient, int pitch, int rows,
            int columns, float[] sums, int at) {
        FloatVector s00 = FloatVector.fromArray(S, sums, at);
        FloatVector s01 = FloatVector.fromArray(S, sums, at + LANES);
        FloatVector s02 = FloatVector.fromArray(S, sums, at + 2 * LANES);
        FloatVector s10 = FloatVector.fromArray(S, sums, at + 3 * LANES);
        FloatVector s11 = FloatVector.fromArray(S, sums, at + 4 * LANES);
        FloatVector s12 = FloatVector.fromArray(S, sums, at + 5 * LANES);
        FloatVector s20 = FloatVector.fromArray(S, sums, at + 6 * LANES);
        FloatVector s21 = FloatVector.fromArray(S, sums, at + 7 * LANES);
        FloatVector s22 = FloatVector.fromArray(S, sums, at + 8 * LANES);
        int o00 = offsets[t], o01 = offsets[t + 1], o02 = offsets[t + 2];
        int o10 = offsets[t + 3], o11 = offsets[t + 4], o12 = offsets[t + 5];
        int o20 = offsets[t + 6], o21 = offsets[t + 7], o22 = offsets[t + 8];
        for (int p = 0, row = 0, from = 0; p < rows; p++, row += step, from += pitch) {
            for (int q = 0; q < columns; q += LANES) {
                FloatVector g = FloatVector.fromArray(S, gradient, from + q);
                int i = row + q;
                s00 = FloatVector.fromArray(S, in, i + o00).fma(g, s00);
                s01 = FloatVector.fromArray(S, in, i + o01).fma(g, s01);
                s02 = FloatVector.fromArray(S, in, i + o02).fma(g, s02);
                s10 = FloatVector.fromArray(S, in, i + o10).fma(g, s10);
                s11 = FloatVector.fromArray(S, in, i + o11).fma(g, s11);
                s12 = FloatVector.fromArray(S, in, i + o12).fma(g, s12);
                s20 = FloatVector.fromArray(S, in, i + o20).fma(g, s20);
                s21 = FloatVector.fromArray(S, in, i + o21).fma(g, s21);
                s22 = FloatVector.fromArray(S, in, i + o22).fma(g, s22);
            }
        }
        s00.intoArray(sums, at);
        s01.intoArray(sums, at + LANES);
        s02.intoArray(sums, at + 2 * LANES);
        s10.intoArray(sums, at + 3 * LANES);
        s11.intoArray(sums, at + 4 * LANES);
        s12.intoArray(sums, at + 5 * LANES);
        s20.intoArray(sums, at + 6 * LANES);
        s21.intoArray(sums, at + 7 * LANES);
        s22.intoArray(sums, at + 8 * LANES);
    }
}
