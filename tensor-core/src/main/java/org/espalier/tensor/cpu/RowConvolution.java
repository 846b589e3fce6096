package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Convolution over {@linkplain RowPanels rows laid out for it}, for images about as wide as a vector or wider: a tile of
 * four or six filters by two vectors of outputs stays in registers over all taps of a block of channels. Serves the
 * forward pass, and the gradient by the input of stride 1, which is a convolution with the filters turned round.
 *
 * <p>Each output is one chain of FMA over a block of channels, by kernel row, channel, kernel column; blocks are added
 * in turn. So its bits don't depend on where bands and tasks begin.
 */
final class RowConvolution {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    /** Vectors that two neighbouring rows of outputs need in a block of channels, at most: 16 KiB, half of L1. */
    private static final int BLOCK = 4096 / LANES;
    /** Floats of the rows laid out at a time: 256 KiB of L2. */
    private static final int PANELS = 1 << 16;
    /** Strips of filters that are used in turn on a pair of vectors: their weights stay in L2. */
    private static final int STRIPS = 16;
    /** Tasks wanted if there are few images. */
    private static final int TASKS = 8;

    /** Floating-point operations of a task if there are few images, at least: rows at its edges are laid out twice. */
    private static final double LEAST_FLOPS = 1e6;

    /** Pixels that are taken as one row, at most: a row is not shared out. */
    private static final int MOST_IN_LINE = 512;

    private RowConvolution() {}

    /** Which weight stands where: the forward pass reads them as they are, the data gradient turned round. */
    private record Filters(PackedWeights w, int filterStep, int channelStep, boolean turned) {}

    /** y = x convolved with w. */
    static void forward(Workers workers, ConvShape s, float[] x, PackedWeights w, Finish finish,
            float[] y) {
        ConvShape t = inLine(s);
        Filters filters = new Filters(w, s.taps(), s.kernelHeight() * s.kernelWidth(), false);
        Call.of(t, x, filters, finish, y).run(workers);
    }

    /** True if few lanes are to spare. */
    static boolean serves(ConvShape s) {
        return s.taps() > 0 && RowPanels.of(inLine(s)).pays();
    }

    /** A kernel of one tap takes the pixels as they come: in rows of a vector each, or all in one row. */
    private static ConvShape inLine(ConvShape s) {
        boolean single = s.kernelHeight() == 1 && s.kernelWidth() == 1 && !s.padded() && s.strideHeight() == 1
                && s.strideWidth() == 1;
        int pixels = s.height() * s.width();
        if (!single || pixels % LANES > 0 && pixels > MOST_IN_LINE) {
            return s;
        }
        int width = pixels % LANES == 0 ? LANES : pixels;
        return new ConvShape(s.images(), s.channels(), pixels / Math.max(1, width), width, s.filters(), 1, 1, 1, 1, 0,
                0, 1, 1, s.groups());
    }

    /**
     * True if {@link #data} can do it well: it computes all taps of each input pixel, also those that padding would have
     * been at, so the input must not be much larger than the output.
     */
    static boolean servesData(ConvShape s) {
        return s.strideHeight() == 1 && s.strideWidth() == 1 && turnedPad(s.kernelHeight(), s.dilationHeight(),
                s.padHeight()) >= 0 && turnedPad(s.kernelWidth(), s.dilationWidth(), s.padWidth()) >= 0
                && s.groupChannels() >= ConvolutionKernels.FOUR && serves(turned(s))
                && 4L * s.height() * s.width() <= 5L * s.pixels();
    }

    /** dx = dy convolved with the filters turned round and with filters and channels exchanged. */
    static void data(Workers workers, ConvShape s, float[] dy, PackedWeights w, float[] dx) {
        Filters filters = new Filters(w, s.kernelHeight() * s.kernelWidth(), s.taps(), true);
        ConvShape t = inLine(turned(s));
        Call.of(t, dy, filters, Finish.NONE, dx).run(workers);
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

    /** What tells how weights are laid out, if there are so many of them; {@code channels} are in a block. */
    private record Form(int groups, int groupFilters, int kernelHeight, int kernelWidth, boolean turned,
            int channels) {}

    /** One convolution. A task takes some rows of the output of one image. */
    private record Call(ConvShape s, RowPanels panels, int tall, float[] x, Filters filters, Finish finish,
            float[] y) {

        static Call of(ConvShape s, float[] x, Filters filters, Finish finish, float[] y) {
            return new Call(s, RowPanels.of(s), Strips.tall(s.groupFilters()), x, filters, finish, y);
        }

        private int kernel() {
            return s.kernelHeight() * s.kernelWidth();
        }

        void run(Workers workers) {
            int vectors = panels.inputRows(2) * s.kernelWidth();
            int blocks = Lanes.blocks(s.groupChannels(), Math.max(1, BLOCK / vectors));
            int channels = Lanes.blocks(s.groupChannels(), blocks);
            int all = s.groups() * strips();
            float[] packed = filters.w()
                    .in(new Form(s.groups(), s.groupFilters(), s.kernelHeight(), s.kernelWidth(), filters.turned(),
                            channels),
                            s.groups() * Strips.padded(s.groupFilters()) * s.taps(),
                            to -> workers.parallel(Lanes.blocks(all, 4), 8.0 * all * s.taps(), task -> {
                                for (int strip = 4 * task; strip < Math.min(all, 4 * task + 4); strip++) {
                                    packFilters(strip, channels, to);
                                }
                            }));
            int most = Math.max(1, (PANELS / (panels.groups() * panels.block(channels)) - panels.inputRows(1))
                    / s.strideHeight() + 1);
            int shares = (int) Math.clamp(s.flops() / s.images() / LEAST_FLOPS, 1, Lanes.blocks(TASKS, s.images()));
            // Rows are taken by twos.
            int rows = Math.min(most, Lanes.roundUp(Lanes.blocks(s.outHeight(), shares), 2));
            int bands = Lanes.blocks(s.outHeight(), rows);
            workers.parallel(s.images() * bands, s.flops(), task -> {
                int row = task % bands * rows;
                if (row < s.outHeight()) {
                    band(task / bands, row, Math.min(rows, s.outHeight() - row), channels, packed);
                }
            });
        }

        private int strips() {
            return Strips.count(s.groupFilters());
        }

        /** Where a strip's weights are packed. */
        private int packedAt(int group, int strip) {
            return (group * Strips.padded(s.groupFilters()) + Strips.start(strip, tall)) * s.taps();
        }

        /** The filters of a tile: block after block of channels, in each by kernel row, channel, kernel column. */
        private void packFilters(int strip, int channels, float[] to) {
            int tile = strip % strips();
            int height = Strips.height(tile, tall);
            int first = Strips.start(tile, tall);
            int count = Math.min(height, s.groupFilters() - first);
            int from = groupStart(strip / strips()) + first * filters.filterStep();
            int at = packedAt(strip / strips(), tile);
            for (int c = 0; c < s.groupChannels(); c += channels) {
                int now = Math.min(s.groupChannels() - c, channels);
                for (int f = 0; f < height; f++) {
                    int w0 = from + c * filters.channelStep() + f * filters.filterStep();
                    int to0 = at + c * kernel() * height + f;
                    if (f < count) {
                        packFilter(w0, now, height, to, to0);
                    } else {
                        for (int i = 0; i < now * kernel(); i++) {
                            to[to0 + i * height] = 0f;
                        }
                    }
                }
            }
        }

        private void packFilter(int w0, int channels, int height, float[] to, int at) {
            float[] values = filters.w().values();
            int width = s.kernelWidth();
            int tapStep = filters.turned() ? -1 : 1;
            for (int r = 0; r < s.kernelHeight(); r++) {
                int tap = r * width;
                int row = w0 + (filters.turned() ? kernel() - 1 - tap : tap);
                for (int k = 0; k < width; k++) {
                    int to0 = at + (r * channels * width + k) * height;
                    for (int c = 0, i = row + k * tapStep, j = to0; c < channels; c++, i += filters.channelStep(), j +=
                            width * height) {
                        to[j] = values[i];
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
                            laidOut);
                    Tiles tiles = new Tiles(this, laidOut, packed, scratch.tile, image, group, row, rows, c, now);
                    for (int strip = 0; strip < strips(); strip += STRIPS) {
                        tiles.run(strip, Math.min(strips(), strip + STRIPS));
                    }
                }
            }
            for (int o = 0; o < s.filters(); o++) {
                int at = ((image * s.filters() + o) * s.outHeight() + row) * s.outWidth();
                finish.apply(y, at, rows * s.outWidth(), o);
            }
        }
    }

    /** Rows of one image through one block of channels. */
    private record Tiles(Call call, float[] laidOut, float[] packed, float[] tile, int image, int group, int row,
            int rows, int channel, int channels) {

        /** Two vectors of outputs at a time, one above the other, through all the strips. */
        void run(int strip, int stripEnd) {
            ConvShape s = call.s;
            int groups = call.panels.groups();
            int depth = channels * s.kernelWidth();
            int block = depth * LANES;
            int plane = (image * s.filters() + group * s.groupFilters()) * s.pixels();
            int inputRows = call.panels.inputRows(rows);
            for (int g = 0; g < groups; g++) {
                int width = Math.min(LANES, s.outWidth() - g * LANES);
                int out = plane + row * s.outWidth() + g * LANES;
                int b0 = g * inputRows * block;
                for (int r = 0; r + 1 < rows; r += 2, out += 2 * s.outWidth(), b0 += 2 * s.strideHeight() * block) {
                    pair(strip, stripEnd, depth, b0, b0 + s.strideHeight() * block, out, width, out + s.outWidth(),
                            width);
                }
            }
            if (rows % 2 == 1) {
                lastRow(strip, stripEnd, depth, (rows - 1) * s.strideHeight() * block, inputRows * block,
                        plane + (row + rows - 1) * s.outWidth());
            }
        }

        /** A row without a neighbour: vectors beside each other are taken in pairs. */
        private void lastRow(int strip, int stripEnd, int depth, int b0, int step, int out) {
            for (int column = 0; column < call.s.outWidth(); column += 2 * LANES, b0 += 2 * step) {
                int left = Math.min(LANES, call.s.outWidth() - column);
                int right = Math.clamp(call.s.outWidth() - column - LANES, 0, LANES);
                pair(strip, stripEnd, depth, b0, right == 0 ? b0 : b0 + step, out + column, left, out + column + LANES,
                        right);
            }
        }

        /** The left vector's first tap is laid out at b0, its output goes to y[left] in the group's first filter. */
        private void pair(int strip, int stripEnd, int depth, int b0, int b1, int left, int leftWidth, int right,
                int rightWidth) {
            ConvShape s = call.s;
            int pixels = s.pixels();
            // Rows that are neighbours lie in one piece.
            int runs = s.dilationHeight() == 1 ? 1 : s.kernelHeight();
            int run = s.kernelHeight() / runs * depth;
            int step = s.dilationHeight() * depth * LANES;
            boolean add = channel > 0;
            boolean whole = leftWidth == LANES && rightWidth == LANES;
            for (int i = strip; i < stripEnd; i++) {
                int filter = Strips.start(i, call.tall);
                int height = Strips.height(i, call.tall);
                int count = Math.min(height, s.groupFilters() - filter);
                int w0 = call.packedAt(group, i) + channel * call.kernel() * height;
                if (whole && count == height) {
                    multiply(height, runs, run, step, packed, w0, laidOut, b0, b1, call.y, left + filter * pixels,
                            right + filter * pixels, pixels, add);
                } else {
                    multiply(height, runs, run, step, packed, w0, laidOut, b0, b1, tile, 0, LANES, 2 * LANES, false);
                    keep(tile, 0, count, leftWidth, call.y, left + filter * pixels, pixels, add);
                    keep(tile, LANES, count, rightWidth, call.y, right + filter * pixels, pixels, add);
                }
            }
        }
    }

    /** {@code runs} runs of {@code run} taps each, which lie {@code step} apart in b. */
    private static void multiply(int height, int runs, int run, int step, float[] w, int w0, float[] b, int b0, int b1,
            float[] y, int left, int right, int ld, boolean add) {
        for (int r = 0; r < runs; r++) {
            int at = w0 + r * run * height;
            boolean addNow = add || r > 0;
            if (height == ConvolutionKernels.SIX) {
                ConvolutionKernels.sixFilters(run, w, at, b, b0 + r * step, b1 + r * step, y, left, right, ld, addNow);
            } else {
                ConvolutionKernels.fourFilters(run, w, at, b, b0 + r * step, b1 + r * step, y, left, right, ld, addNow);
            }
        }
    }

    /** Some lanes of a tile's left or right half. */
    private static void keep(float[] tile, int from, int height, int width, float[] y, int to, int ld, boolean add) {
        for (int f = 0; f < height; f++, from += 2 * LANES, to += ld) {
            if (width == LANES) {
                FloatVector v = FloatVector.fromArray(S, tile, from);
                if (add) {
                    FloatVector.fromArray(S, y, to).add(v).intoArray(y, to);
                } else {
                    v.intoArray(y, to);
                }
            } else {
                for (int i = 0; i < width; i++) {
                    y[to + i] = add ? y[to + i] + tile[from + i] : tile[from + i];
                }
            }
        }
    }
}
