package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Convolution over {@linkplain RowPanels rows laid out for it}, for images about as wide as a vector or wider: a tile of
 * four filters by two vectors of output columns stays in registers over all taps of a block of channels. Serves the
 * forward pass, and the gradient by the input of stride 1, which is a convolution with the filters turned round.
 *
 * <p>Each output is one chain of FMA over a block of channels, by kernel row, channel, kernel column; blocks are added
 * in turn. So its bits don't depend on where bands and tasks begin.
 */
final class RowConvolution {

    private static final int FILTERS = GemmKernels.ROWS;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    /** Taps of a block of channels, about: two vectors for each are 24 KiB of L1 with 256-bit vectors. */
    private static final int BLOCK_TAPS = 384;
    /** Floats of the rows laid out at a time: 256 KiB of L2. */
    private static final int PANELS = 1 << 16;
    /** Strips of filters that are used in turn on a pair of vectors: their weights stay in L2. */
    private static final int STRIPS = 16;
    /** Tasks wanted if there are few images. */
    private static final int TASKS = 8;

    private RowConvolution() {}

    /** Which weight stands where: the forward pass reads them as they are, the data gradient turned round. */
    private record Filters(float[] w, int filterStep, int channelStep, boolean turned) {}

    /** y = x convolved with w. */
    static void forward(Workers workers, ConvShape s, float[] x, float[] w, float @Nullable [] bias, boolean relu,
            float[] y) {
        Filters filters = new Filters(w, s.taps(), s.kernelHeight() * s.kernelWidth(), false);
        new Call(s, RowPanels.of(s), x, filters, bias, relu, y).run(workers);
    }

    /**
     * True if {@link #data} can do it well: it computes all taps of each input pixel, also those that padding would have
     * been at, so the input must not be much larger than the output.
     */
    static boolean servesData(ConvShape s) {
        return s.strideHeight() == 1 && s.strideWidth() == 1 && turnedPad(s.kernelHeight(), s.dilationHeight(),
                s.padHeight()) >= 0 && turnedPad(s.kernelWidth(), s.dilationWidth(), s.padWidth()) >= 0
                && s.groupChannels() >= FILTERS && RowPanels.of(turned(s)).pays()
                && 4L * s.height() * s.width() <= 5L * s.pixels();
    }

    /** dx = dy convolved with the filters turned round and with filters and channels exchanged. */
    static void data(Workers workers, ConvShape s, float[] dy, float[] w, float[] dx) {
        Filters filters = new Filters(w, s.kernelHeight() * s.kernelWidth(), s.taps(), true);
        ConvShape t = turned(s);
        new Call(t, RowPanels.of(t), dy, filters, null, false, dx).run(workers);
    }

    private static ConvShape turned(ConvShape s) {
        return new ConvShape(s.images(), s.filters(), s.outHeight(), s.outWidth(), s.channels(), s.kernelHeight(),
                s.kernelWidth(), 1, 1, turnedPad(s.kernelHeight(), s.dilationHeight(), s.padHeight()),
                turnedPad(s.kernelWidth(), s.dilationWidth(), s.padWidth()), s.dilationHeight(), s.dilationWidth(),
                s.groups());
    }

    private static int turnedPad(int kernel, int dilation, int pad) {
        return dilation * (kernel - 1) - pad;
    }

    /** One convolution. A task takes some rows of the output of one image. */
    private record Call(ConvShape s, RowPanels panels, float[] x, Filters filters, float @Nullable [] bias,
            boolean relu, float[] y) {

        private int kernel() {
            return s.kernelHeight() * s.kernelWidth();
        }

        private int strips() {
            return Lanes.blocks(s.groupFilters(), FILTERS);
        }

        void run(Workers workers) {
            int channels = Lanes.blocks(s.groupChannels(), Lanes.blocks(s.groupChannels() * kernel(), BLOCK_TAPS));
            int all = s.groups() * strips();
            float[] packed = Scratch.mine().rows(all * s.taps() * FILTERS);
            workers.parallel(Lanes.blocks(all, 4), 8.0 * all * s.taps(), task -> {
                for (int strip = 4 * task; strip < Math.min(all, 4 * task + 4); strip++) {
                    packFilters(strip, channels, packed);
                }
            });
            int most = Math.max(1, (PANELS / (panels.groups() * panels.block(channels)) - panels.inputRows(1))
                    / s.strideHeight() + 1);
            int bands = Math.max(Lanes.blocks(s.outHeight(), most),
                    Math.min(s.outHeight(), Lanes.blocks(TASKS, s.images())));
            int rows = Lanes.blocks(s.outHeight(), bands);
            workers.parallel(s.images() * bands, s.flops(), task -> {
                int row = task % bands * rows;
                if (row < s.outHeight()) {
                    band(task / bands, row, Math.min(rows, s.outHeight() - row), channels, packed);
                }
            });
        }

        /** A strip of four filters: block after block of channels, in each by kernel row, channel, kernel column. */
        private void packFilters(int strip, int channels, float[] to) {
            int group = strip / strips();
            int first = strip % strips() * FILTERS;
            int count = Math.min(FILTERS, s.groupFilters() - first);
            int from = groupStart(group) + first * filters.filterStep();
            int at = strip * s.taps() * FILTERS;
            for (int c0 = 0; c0 < s.groupChannels(); c0 += channels) {
                int end = Math.min(s.groupChannels(), c0 + channels);
                for (int r = 0; r < s.kernelHeight(); r++) {
                    for (int c = c0; c < end; c++) {
                        for (int k = 0; k < s.kernelWidth(); k++, at += FILTERS) {
                            int tap = r * s.kernelWidth() + k;
                            int i = from + c * filters.channelStep() + (filters.turned() ? kernel() - 1 - tap : tap);
                            for (int f = 0; f < FILTERS; f++) {
                                to[at + f] = f < count ? filters.w()[i + f * filters.filterStep()] : 0f;
                            }
                        }
                    }
                }
            }
        }

        /** Where a group's weights start: all of them lie in one piece, whichever way round they are read. */
        private int groupStart(int group) {
            return group * s.groupFilters() * s.groupChannels() * kernel();
        }

        private void band(int image, int row, int rows, int channels, float[] packed) {
            Scratch scratch = Scratch.mine();
            int inputRows = panels.inputRows(rows);
            float[] padding = scratch.image(panels.padding(channels, inputRows));
            float[] laidOut = scratch.patches(inputRows * panels.groups() * panels.block(channels));
            for (int group = 0; group < s.groups(); group++) {
                for (int c = 0; c < s.groupChannels(); c += channels) {
                    int now = Math.min(channels, s.groupChannels() - c);
                    int plane = image * s.channels() + group * s.groupChannels() + c;
                    panels.pack(x, plane * s.height() * s.width(), now, row * s.strideHeight(), inputRows, padding,
                            laidOut, 0);
                    Tiles tiles = new Tiles(this, laidOut, packed, scratch.tile, image, group, row, rows, c, now);
                    for (int strip = 0; strip < strips(); strip += STRIPS) {
                        tiles.run(strip, Math.min(strips(), strip + STRIPS));
                    }
                }
            }
            if (bias != null || relu) {
                for (int o = 0; o < s.filters(); o++) {
                    int at = ((image * s.filters() + o) * s.outHeight() + row) * s.outWidth();
                    Epilogue.constantRelu(y, at, rows * s.outWidth(), bias == null ? 0f : bias[o], relu);
                }
            }
        }
    }

    /** Rows of one image through one block of channels. */
    private record Tiles(Call call, float[] laidOut, float[] packed, float[] tile, int image, int group, int row,
            int rows, int channel, int channels) {

        /** Two vectors of outputs at a time, through all the strips. */
        void run(int strip, int stripEnd) {
            ConvShape s = call.s;
            int groups = call.panels.groups();
            int depth = channels * s.kernelWidth();
            int block = depth * LANES;
            int plane = (image * s.filters() + group * s.groupFilters()) * s.pixels();
            int vectors = rows * groups;
            for (int v = 0; v < vectors; v += 2) {
                int next = Math.min(v + 1, vectors - 1);
                int b0 = (v / groups * s.strideHeight() * groups + v % groups) * block;
                int b1 = (next / groups * s.strideHeight() * groups + next % groups) * block;
                int left = plane + (row + v / groups) * s.outWidth() + v % groups * LANES;
                int right = plane + (row + next / groups) * s.outWidth() + next % groups * LANES;
                int leftWidth = Math.min(LANES, s.outWidth() - v % groups * LANES);
                int rightWidth = next == v ? 0 : Math.min(LANES, s.outWidth() - next % groups * LANES);
                pair(strip, stripEnd, depth, b0, b1, left, leftWidth, right, rightWidth);
            }
        }

        /** The left vector's first tap is laid out at b0, its output goes to y[left] in the group's first filter. */
        private void pair(int strip, int stripEnd, int depth, int b0, int b1, int left, int leftWidth, int right,
                int rightWidth) {
            ConvShape s = call.s;
            int pixels = s.pixels();
            int step = s.dilationHeight() * call.panels.groups() * depth * LANES;
            boolean add = channel > 0;
            boolean whole = leftWidth == LANES && rightWidth == LANES;
            int w0 = ((group * call.strips() + strip) * s.taps() + channel * call.kernel()) * FILTERS;
            for (int i = strip; i < stripEnd; i++, w0 += s.taps() * FILTERS) {
                int filter = i * FILTERS;
                int height = Math.min(FILTERS, s.groupFilters() - filter);
                if (whole && height == FILTERS) {
                    multiply(s.kernelHeight(), depth, packed, w0, laidOut, b0, b1, step, call.y, left + filter * pixels,
                            right + filter * pixels, pixels, add);
                } else {
                    multiply(s.kernelHeight(), depth, packed, w0, laidOut, b0, b1, step, tile, 0, LANES, 2 * LANES,
                            false);
                    keep(tile, 0, height, leftWidth, call.y, left + filter * pixels, pixels, add);
                    keep(tile, LANES, height, rightWidth, call.y, right + filter * pixels, pixels, add);
                }
            }
        }
    }

    /** Some lanes of a tile's left or right half. */
    private static void keep(float[] tile, int from, int height, int width, float[] y, int to, int ld, boolean add) {
        for (int f = 0; f < height; f++, from += 2 * LANES, to += ld) {
            if (width == LANES) {
                FloatVector v = FloatVector.fromArray(S, tile, from);
                (add ? FloatVector.fromArray(S, y, to).add(v) : v).intoArray(y, to);
            } else {
                for (int i = 0; i < width; i++) {
                    y[to + i] = add ? y[to + i] + tile[from + i] : tile[from + i];
                }
            }
        }
    }

    /**
     * Four filters by two vectors: {@code rows} runs of {@code depth} taps each, which lie {@code step} apart in b.
     * Filter f of the left vector goes to y[left + f * ld].
     */
    private static void multiply(int rows, int depth, float[] w, int w0, float[] b, int b0, int b1, int step, float[] y,
            int left, int right, int ld, boolean add) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
        for (int r = 0; r < rows; r++) {
            for (int p = 0, i = w0, j = b0, k = b1; p < depth; p++, i += FILTERS, j += LANES, k += LANES) {
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
            w0 += depth * FILTERS;
            b0 += step;
            b1 += step;
        }
        store(c00, c01, y, left, right, add);
        store(c10, c11, y, left + ld, right + ld, add);
        store(c20, c21, y, left + 2 * ld, right + 2 * ld, add);
        store(c30, c31, y, left + 3 * ld, right + 3 * ld, add);
    }

    private static void store(FloatVector a, FloatVector b, float[] y, int left, int right, boolean add) {
        if (add) {
            FloatVector.fromArray(S, y, left).add(a).intoArray(y, left);
            FloatVector.fromArray(S, y, right).add(b).intoArray(y, right);
        } else {
            a.intoArray(y, left);
            b.intoArray(y, right);
        }
    }
}
