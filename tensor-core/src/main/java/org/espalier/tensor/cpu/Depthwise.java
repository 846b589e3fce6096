package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolution, where each filter sees one channel, and its gradients. There is no product to make of it: a
 * channel is laid out with its padding in L1 ({@link WindowPlane}), and a vector of outputs passes over the taps
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
        WindowPlane plane = new WindowPlane(s);
        int area = s.kernelHeight() * s.kernelWidth();
        int[] offsets = offsets(s, plane, area);
        int size = s.height() * s.width();
        int pixels = s.pixels();
        Finish apart = finish.apart();
        Finish inPlace = finish.inPlace();
        Chunks.rows(workers, s.images() * s.channels(), Math.max(1, Math.max(size, pixels)), 8 * area, (from, end) -> {
            Scratch scratch = Scratch.mine();
            float[] in = scratch.image(plane.size());
            float[] out = scratch.patches(plane.outSize());
            // The padding of one plane is that of the next.
            Arrays.fill(in, 0, plane.size(), 0f);
            for (int task = from; task < end; task++) {
                plane.layOutAmongZeros(x, task * size, in);
                for (int m = 0; m < s.groupFilters(); m++) {
                    int filter = task % s.channels() * s.groupFilters() + m;
                    correlate(plane, in, offsets, w, filter * area, 1, area, out, false);
                    apart.apply(out, 0, plane.outSize(), filter);
                    int at = (task * s.groupFilters() + m) * pixels;
                    plane.outputs(out, y, at);
                    inPlace.apply(y, at, pixels, filter);
                }
            }
        });
    }

    /** dx = the gradient by the input. */
    static void data(Workers workers, ConvShape s, float[] dy, float[] w, float[] dx) {
        Spread spread = Spread.of(s);
        WindowPlane plane = new WindowPlane(spread.turned());
        int area = s.kernelHeight() * s.kernelWidth();
        int[] offsets = offsets(s, plane, area);
        int size = s.height() * s.width();
        int pixels = s.pixels();
        Chunks.rows(workers, s.images() * s.channels(), Math.max(1, Math.max(size, pixels)), 8 * area, (from, end) -> {
            Scratch scratch = Scratch.mine();
            float[] in = scratch.image(plane.size());
            float[] out = scratch.patches(plane.outSize());
            Arrays.fill(in, 0, plane.size(), 0f);
            for (int task = from; task < end; task++) {
                for (int m = 0; m < s.groupFilters(); m++) {
                    int filter = task % s.channels() * s.groupFilters() + m;
                    spread.fill(dy, (task * s.groupFilters() + m) * pixels, in);
                    correlate(plane, in, offsets, w, (filter + 1) * area - 1, -1, area, out, m > 0);
                }
                plane.outputs(out, dx, task * size);
            }
        });
    }

    /** Where each tap of the first output lies, in the memory of this thread; the last one again up to nine times n. */
    private static int[] offsets(ConvShape s, WindowPlane plane, int area) {
        int taps = Lanes.roundUp(area, NINE);
        int[] offsets = Scratch.mine().offsets(taps);
        for (int t = 0; t < taps; t++) {
            int tap = Math.min(t, area - 1);
            offsets[t] = plane.offset(tap / s.kernelWidth() * s.dilationHeight(),
                    tap % s.kernelWidth() * s.dilationWidth());
        }
        return offsets;
    }

    /** dw += the gradient by the weight. */
    static void weight(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw) {
        WindowPlane plane = new WindowPlane(s);
        int area = s.kernelHeight() * s.kernelWidth();
        int[] offsets = offsets(s, plane, area);
        int each = s.images() * Math.max(1, s.height() * s.width());
        Chunks.rows(workers, s.channels(), each, 8 * area, (from, end) -> {
            Arrays.fill(Scratch.mine().image(plane.size()), 0, plane.size(), 0f);
            for (int channel = from; channel < end; channel++) {
                channelWeight(s, plane, offsets, channel, x, dy, dw);
            }
        });
    }

    private static void channelWeight(ConvShape s, WindowPlane plane, int[] offsets, int channel, float[] x,
            float[] dy, float[] dw) {
        int area = s.kernelHeight() * s.kernelWidth();
        int taps = Lanes.roundUp(area, NINE);
        int size = s.height() * s.width();
        int pixels = s.pixels();
        Scratch scratch = Scratch.mine();
        float[] in = scratch.image(plane.size());
        float[] sums = scratch.partial(s.groupFilters() * taps * LANES);
        float[] gradient = scratch.patches(plane.outSize() + plane.pitch() + LANES);
        Arrays.fill(sums, 0, s.groupFilters() * taps * LANES, 0f);
        for (int n = 0; n < s.images(); n++) {
            int image = n * s.channels() + channel;
            plane.layOutAmongZeros(x, image * size, in);
            for (int m = 0; m < s.groupFilters(); m++) {
                plane.layOutOutputs(dy, (image * s.groupFilters() + m) * pixels, gradient);
                for (int t = 0; t < taps; t += NINE) {
                    nineSums(in, offsets, t, gradient, plane.outSize(), sums, (m * taps + t) * LANES);
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
    private static void correlate(WindowPlane plane, float[] in, int[] offsets, float[] w, int w0, int wStep,
            int taps, float[] out, boolean add) {
        int t = 0;
        for (; t + NINE <= taps; t += NINE) {
            nine(in, offsets, t, w, w0 + t * wStep, wStep, plane.outSize(), out, add || t > 0);
        }
        for (; t < taps; t++) {
            one(in, offsets[t], w[w0 + t * wStep], plane.outSize(), out, add || t > 0);
        }
    }

    private static void nine(float[] in, int[] offsets, int t, float[] w, int w0, int wStep, int count,
            float[] out, boolean add) {
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
        for (int i = 0; i < count; i += LANES) {
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
                FloatVector.fromArray(S, out, i).add(sum).intoArray(out, i);
            } else {
                sum.intoArray(out, i);
            }
        }
    }

    private static void one(float[] in, int offset, float weight, int count, float[] out, boolean add) {
        FloatVector w = FloatVector.broadcast(S, weight);
        for (int i = 0; i < count; i += LANES) {
            FloatVector product = FloatVector.fromArray(S, in, offset + i).mul(w);
            if (add) {
                FloatVector.fromArray(S, out, i).add(product).intoArray(out, i);
            } else {
                product.intoArray(out, i);
            }
        }
    }

    /** Nine vectors of sums += the products of gradient and input, lane by lane; the gradient's rows are padded. */
    private static void nineSums(float[] in, int[] offsets, int t, float[] gradient, int count, float[] sums,
            int at) {
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
        for (int i = 0; i < count; i += LANES) {
            FloatVector g = FloatVector.fromArray(S, gradient, i);
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
