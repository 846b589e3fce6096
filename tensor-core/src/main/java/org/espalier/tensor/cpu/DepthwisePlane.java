package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * One channel of an image with its padding, in which each tap of a kernel finds the values of neighbouring outputs side
 * by side. With a stride, columns that are a stride apart are neighbours: a row is as many phases as the stride.
 *
 * @param phase floats of a phase of a row
 */
record DepthwisePlane(ConvShape s, int phase) {

    static DepthwisePlane of(ConvShape s) {
        return new DepthwisePlane(s, s.outWidth() + (s.kernelWidth() - 1) * s.dilationWidth() / s.strideWidth());
    }

    /** Floats from an input row to the next. */
    int pitch() {
        return s.strideWidth() * phase;
    }

    private int rows() {
        return (s.outHeight() - 1) * s.strideHeight() + (s.kernelHeight() - 1) * s.dilationHeight() + 1;
    }

    /** Floats of a plane; a vector that starts at an output's value ends in it. */
    int size() {
        return rows() * pitch() + Lanes.COUNT;
    }

    /** True if outputs follow each other as the plane's values do, so that all rows are one. */
    private boolean flat() {
        return s.strideHeight() == 1 && s.strideWidth() == 1;
    }

    /** Rows in which the outputs are taken. */
    int sweeps() {
        return flat() ? 1 : s.outHeight();
    }

    /** Outputs of such a row. If all rows are one, some between the rows are of no use. */
    int sweep() {
        return flat() ? (s.outHeight() - 1) * phase + s.outWidth() : s.outWidth();
    }

    /** Floats from such a row to the next in the plane. */
    int step() {
        return s.strideHeight() * pitch();
    }

    /** Floats of a row of outputs, or of their gradient, laid out alike. */
    int outPitch() {
        return flat() ? phase : Lanes.roundUp(s.outWidth(), Lanes.COUNT);
    }

    /** Floats of the outputs, whole vectors. */
    int outSize() {
        return Lanes.roundUp(s.outHeight() * outPitch(), Lanes.COUNT);
    }

    /** Copies the outputs of use from where they were laid out. */
    void outputs(float[] from, float[] y, int y0) {
        int width = s.outWidth();
        // What a vector writes beyond its row is overwritten by the next. None may reach into another task's plane.
        int whole = y0 + s.pixels() - Lanes.roundUp(width, Lanes.COUNT);
        for (int p = 0, i = 0, j = y0; p < s.outHeight(); p++, i += outPitch(), j += width) {
            if (j <= whole) {
                for (int q = 0; q < width; q += Lanes.COUNT) {
                    FloatVector.fromArray(Lanes.FLOATS, from, i + q).intoArray(y, j + q);
                }
            } else {
                System.arraycopy(from, i, y, j, width);
            }
        }
    }

    /** Where each tap of the first output lies. */
    void offsets(int[] to) {
        for (int r = 0, t = 0; r < s.kernelHeight(); r++) {
            for (int k = 0; k < s.kernelWidth(); k++) {
                int column = k * s.dilationWidth();
                to[t++] = r * s.dilationHeight() * pitch() + column % s.strideWidth() * phase
                        + column / s.strideWidth();
            }
        }
    }

    /** Lays out the image's channel that starts at x[from]. */
    void fill(float[] x, int from, float[] to) {
        int above = Math.min(rows(), s.padHeight());
        int end = Math.clamp(s.height() + s.padHeight(), above, rows());
        Arrays.fill(to, 0, above * pitch(), 0f);
        if (s.strideWidth() == 1) {
            ImageRows.copy(x, from, s.width(), s.width(), -s.padWidth(), end - above, phase, to, above * pitch());
        } else {
            for (int r = above, i = from; r < end; r++, i += s.width()) {
                for (int f = 0; f < s.strideWidth(); f++) {
                    ImageRows.every(x, i, s.width(), f - s.padWidth(), s.strideWidth(), phase, to,
                            r * pitch() + f * phase);
                }
            }
        }
        Arrays.fill(to, end * pitch(), size(), 0f);
    }

    /**
     * The convolution of stride 1 that gives the gradient by the input: over the gradient by the output, spread out by
     * {@link #spread}, with the kernel turned round.
     */
    static ConvShape turned(ConvShape s) {
        int rows = s.height() + (s.kernelHeight() - 1) * s.dilationHeight();
        int columns = s.width() + (s.kernelWidth() - 1) * s.dilationWidth();
        return new ConvShape(s.images(), s.channels(), rows, columns, s.channels(), s.kernelHeight(), s.kernelWidth(),
                1, 1, 0, 0, s.dilationHeight(), s.dilationWidth(), s.channels());
    }

    /** Lays out the gradient by a channel of the output, values a stride apart and zeros between and around them. */
    static void spread(ConvShape s, float[] dy, int from, float[] to) {
        ConvShape t = turned(s);
        int top = (s.kernelHeight() - 1) * s.dilationHeight() - s.padHeight();
        int left = (s.kernelWidth() - 1) * s.dilationWidth() - s.padWidth();
        Arrays.fill(to, 0, t.height() * t.width() + Lanes.COUNT, 0f);
        if (s.strideHeight() == 1 && s.strideWidth() == 1) {
            int first = Math.max(0, -top);
            int rows = Math.clamp(t.height() - top, first, s.outHeight()) - first;
            int at = (top + first) * t.width();
            ImageRows.copy(dy, from + first * s.outWidth(), s.outWidth(), s.outWidth(), -left, rows, t.width(), to, at);
            Arrays.fill(to, at + rows * t.width(), at + rows * t.width() + Lanes.COUNT, 0f);
            return;
        }
        for (int p = 0; p < s.outHeight(); p++) {
            int row = top + p * s.strideHeight();
            if (row >= 0 && row < t.height()) {
                int i = from + p * s.outWidth();
                for (int q = 0, c = left; q < s.outWidth(); q++, c += s.strideWidth()) {
                    if (c >= 0 && c < t.width()) {
                        to[row * t.width() + c] = dy[i + q];
                    }
                }
            }
        }
    }
}
