package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * Convolution with kernels of 3x3 and stride 1 by Winograd's F(2x2, 3x3): 16 products make four outputs, where the plain
 * way needs 36 (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016, section 4.1). Tiles of 4x4
 * pixels, two apart, and filters are transformed; then each of the 16 points is a product of matrices, filters (O, C) by
 * tiles (C, tiles); then the sums are transformed to outputs. Serves the forward pass and the gradient by the input,
 * which is a convolution with the filters turned round.
 *
 * <p>Rounding: an output's error is some units in the last place of the largest values in its tile's 4x4 pixels, also of
 * those that it does not depend on, where the plain way knows only its own 3x3. For values of about one magnitude it is no
 * larger than the plain way's. What is not finite would spread in the same way, and infinities would become NaN: so where
 * an output is not finite, nothing is kept, and the caller takes another way.
 *
 * <p>A task takes some tiles of some images through all three steps, in its own memory; all filters, unless there are too few
 * tiles for all threads. An output's bits do not depend on where tasks begin.
 */
final class Winograd {

    private static final int LANES = Lanes.COUNT;
    private static final int COLUMNS = GemmKernels.COLUMNS;
    private static final int POINTS = WinogradTransforms.POINTS;
    private static final int STEP = WinogradTransforms.STEP;
    private static final int SET = WinogradTransforms.SET;
    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Floats of transformed tiles and of sums that a task has, about: 256 KiB, which stay in L2. */
    private static final int BLOCK = 1 << 16;
    /** Tiles of a task at least, so that the filters are not read too often. */
    private static final int LEAST_TILES = 32;
    /** Channels that are multiplied at a time: each is on a page of its own for every fourth, and a TLB has 64 or so. */
    private static final int DEPTH = 128;
    /** Strips of filters that all panels are multiplied by in turn: 16 x 6 x 128 floats are 48 KiB. */
    private static final int STRIPS = 16;
    /** Channels, and filters, from which on transforming them costs less than it saves. */
    private static final int LEAST_CHANNELS = 16;
    /** Tiles of a whole call from which on it pays: two vectors, with filters that {@link PackedWeights} keeps. */
    private static final int LEAST_TILES_FORWARD = 16;
    /** The same for gradients: in training filters change before they are used again. */
    private static final int LEAST_TILES_GRADIENT = 64;

    private Winograd() {}

    /** True if it is faster than the other ways, once it keeps the filters. */
    static boolean serves(ConvShape s) {
        return serves(s, LEAST_TILES_FORWARD);
    }

    /** True for shapes of which both gradients are faster. */
    static boolean servesGradients(ConvShape s) {
        return serves(s, LEAST_TILES_GRADIENT);
    }

    private static boolean serves(ConvShape s, int leastTiles) {
        if (s.kernelHeight() != 3 || s.kernelWidth() != 3 || s.strideHeight() != 1 || s.strideWidth() != 1
                || s.dilationHeight() != 1 || s.dilationWidth() != 1 || s.groupChannels() < LEAST_CHANNELS
                || s.groupFilters() < LEAST_CHANNELS) {
            return false;
        }
        int tilesX = Lanes.blocks(s.outWidth(), 2);
        int tiles = tilesX * Lanes.blocks(s.outHeight(), 2);
        // Two thirds of the nine products that an output takes otherwise, lanes to spare included.
        boolean full = POINTS * Lanes.roundUp(tiles, LANES) <= 6L * s.pixels();
        return full && 2 * tilesX + LANES <= SET && (s.images() == 0 || (long) s.images() * tiles >= leastTiles);
    }

    /** The same for {@link #data}. */
    static boolean servesData(ConvShape s) {
        return s.kernelHeight() == 3 && s.kernelWidth() == 3 && s.padHeight() <= 2 && s.padWidth() <= 2
                && servesGradients(turned(s));
    }

    /** y = x convolved with w, then what {@code finish} says. False if an output is not finite: then y holds rubbish. */
    static boolean forward(Workers workers, ConvShape s, float[] x, PackedWeights w, Finish finish, float[] y) {
        return Call.of(workers.threads(), s, x, w, false, finish, y).run(workers);
    }

    /** dx = dy convolved with the filters turned round and with filters and channels exchanged. False as above. */
    static boolean data(Workers workers, ConvShape s, float[] dy, PackedWeights w, float[] dx) {
        return Call.of(workers.threads(), turned(s), dy, w, true, Finish.NONE, dx).run(workers);
    }

    private static ConvShape turned(ConvShape s) {
        return new ConvShape(s.images(), s.filters(), s.outHeight(), s.outWidth(), s.channels(), 3, 3, s.strideHeight(),
                s.strideWidth(), 2 - s.padHeight(), 2 - s.padWidth(), s.dilationHeight(), s.dilationWidth(),
                s.groups());
    }

    /** What tells how weights are laid out, if there are so many of them. */
    private record Form(int groups, int groupFilters, boolean turned) {}

    /**
     * One convolution. A task takes {@code rows} rows of tiles of {@code images} images, which is one unless an image has
     * but one such band, through one of {@code shares} shares of the filters.
     */
    private record Call(ConvShape s, float[] x, PackedWeights w, boolean turned, Finish finish, float[] y, int tilesX,
            int bands,
            int rows, int images, int shares, int depth, boolean[] failed) {

        static Call of(int threads, ConvShape s, float[] x, PackedWeights w, boolean turned, Finish finish, float[] y) {
            int tilesX = Lanes.blocks(s.outWidth(), 2);
            int tilesY = Lanes.blocks(s.outHeight(), 2);
            int fit = BLOCK / (POINTS * (s.groupChannels() + s.groupFilters()));
            int fair = Lanes.blocks(s.images() * tilesX * tilesY, threads);
            int most = Math.max(LEAST_TILES, Math.min(fit, fair));
            int rows = Lanes.blocks(tilesY, Lanes.blocks(tilesY, Math.max(1, most / tilesX)));
            int bands = Lanes.blocks(tilesY, rows);
            int images = bands > 1 ? 1 : Math.clamp(most / Lanes.roundUp(tilesX * tilesY, LANES), 1, s.images());
            int depth = Lanes.blocks(s.groupChannels(), Lanes.blocks(s.groupChannels(), DEPTH));
            int tasks = s.groups() * bands * Lanes.blocks(s.images(), images);
            int shares = Math.min(Lanes.blocks(threads, tasks), Strips.count(s.groupFilters()));
            return new Call(s, x, w, turned, finish, y, tilesX, bands, rows, images, shares, depth, new boolean[1]);
        }

        boolean run(Workers workers) {
            int strips = Strips.count(s.groupFilters());
            float[] filters = w.in(new Form(s.groups(), s.groupFilters(), turned), s.groups() * POINTS * filterPoint(),
                    to -> workers.parallel(s.groups() * strips, 40.0 * s.filters() * s.groupChannels(),
                            task -> packFilters(task / strips, task % strips, to)));
            int blocks = Lanes.blocks(s.images(), images) * bands;
            workers.parallel(s.groups() * blocks * shares, s.flops() / 2, task -> {
                int share = task % shares;
                int block = task / shares % blocks;
                task(task / shares / blocks, block / bands * images, block % bands * rows, filters,
                        share * strips / shares, (share + 1) * strips / shares);
            });
            return !failed[0];
        }

        /** Floats from point to point of the transformed filters; a line more than they need, so that L1 spreads them. */
        private int filterPoint() {
            return Strips.padded(s.groupFilters()) * s.groupChannels() + LINE;
        }

        /** A strip of filters: block after block of channels, as {@link WinogradKernels} reads them, for each point. */
        private void packFilters(int group, int strip, float[] to) {
            float[] values = w.values();
            int tall = Strips.tall(s.groupFilters());
            int height = Strips.height(strip, tall);
            int first = Strips.start(strip, tall);
            int count = Math.min(height, s.groupFilters() - first);
            int point = filterPoint();
            for (int from = 0; from < s.groupChannels(); from += depth) {
                int now = Math.min(depth, s.groupChannels() - from);
                int at = group * POINTS * point + from * Strips.padded(s.groupFilters()) + first * now;
                for (int c = from; c < from + now; c++, at += height) {
                    for (int f = 0; f < count; f++) {
                        WinogradTransforms.filter(values, weight(group, first + f, c), turned ? -1 : 1, to, at + f,
                                point);
                    }
                    for (int e = 0; e < POINTS; e++) {
                        Arrays.fill(to, at + e * point + count, at + e * point + height, 0f);
                    }
                }
            }
        }

        /** Where the first of nine weights is that are read: the last one of those that are turned round. */
        private int weight(int group, int filter, int channel) {
            return turned
                    ? ((group * s.groupChannels() + channel) * s.groupFilters() + filter) * 9 + 8
                    : ((group * s.groupFilters() + filter) * s.groupChannels() + channel) * 9;
        }

        private void task(int group, int image, int row, float[] filters, int fromStrip, int endStrip) {
            Scratch scratch = Scratch.mine();
            int imagesNow = Math.min(images, s.images() - image);
            int rowsNow = Math.min(rows, Lanes.blocks(s.outHeight(), 2) - row);
            int panels = Lanes.blocks(imagesNow * slots(), COLUMNS);
            float[] tiles = scratch.patches(panels * s.groupChannels() * STEP);
            float[] sums = scratch.block(panels * Strips.padded(s.groupFilters()) * STEP);
            for (int n = 0; n < imagesNow; n++) {
                transformTiles(group, image + n, row, rowsNow, tiles, n * slots() / LANES, scratch);
            }
            for (int point = 0; point < POINTS; point++) {
                for (int strip = fromStrip; strip < endStrip; strip += STRIPS) {
                    multiply(group, point, strip, Math.min(endStrip, strip + STRIPS), panels, filters, tiles, sums);
                }
            }
            int tall = Strips.tall(s.groupFilters());
            int from = Strips.start(fromStrip, tall);
            int end = Math.min(Strips.start(endStrip, tall), s.groupFilters());
            for (int n = 0; n < imagesNow; n++) {
                transformSums(group, from, end, image + n, row, rowsNow, sums, n * slots() / LANES, scratch);
            }
        }

        /** Room for the tiles of an image in a task: whole vectors. */
        private int slots() {
            return Lanes.roundUp(rows * tilesX, LANES);
        }

        /** All channels of one image, to the panels (panel, channel, point) from a panel's left or right vector on. */
        private void transformTiles(int group, int image, int row, int rowsNow, float[] to, int firstVector,
                Scratch scratch) {
            int pixelRows = 2 * rowsNow + 2;
            int pitch = 2 * tilesX + 2;
            float[] plane = scratch.image(pixelRows * pitch + 4 * LANES);
            float[] split = scratch.partial(8 * SET + LANES);
            int top = 2 * row - s.padHeight();
            int above = Math.clamp(-top, 0, pixelRows);
            int end = Math.clamp(s.height() - top, above, pixelRows);
            Arrays.fill(plane, 0, above * pitch, 0f);
            int vectors = Lanes.blocks(rowsNow * tilesX, LANES);
            int step = s.groupChannels() * STEP;
            int left = vectorAt(firstVector, step);
            int right = vectorAt(firstVector + 1, step);
            for (int c = 0; c < s.groupChannels(); c++) {
                int from =
                        ((image * s.channels() + group * s.groupChannels() + c) * s.height() + top + above) * s.width();
                ImageRows.copy(x, from, s.width(), s.width(), -s.padWidth(), end - above, pitch, plane, above * pitch);
                Arrays.fill(plane, end * pitch, pixelRows * pitch, 0f);
                WinogradTransforms.split(plane, pixelRows, tilesX, split);
                WinogradTransforms.tiles(split, 0, tilesX, Lanes.blocks(vectors, 2), to, left + c * STEP, step);
                WinogradTransforms.tiles(split, LANES, tilesX, vectors / 2, to, right + c * STEP, step);
            }
        }

        /** Where a vector of tiles is, if panels are {@code step} apart. */
        private static int vectorAt(int vector, int step) {
            return vector / 2 * step + vector % 2 * LANES;
        }

        /** Sums (panel, filter, point) of one point and some strips. */
        private void multiply(int group, int point, int strip, int stripEnd, int panels, float[] filters, float[] tiles,
                float[] sums) {
            int tall = Strips.tall(s.groupFilters());
            int padded = Strips.padded(s.groupFilters());
            for (int from = 0; from < s.groupChannels(); from += depth) {
                int now = Math.min(depth, s.groupChannels() - from);
                int a0 = (group * POINTS + point) * filterPoint() + from * padded;
                for (int panel = 0; panel < panels; panel++) {
                    int b0 = (panel * s.groupChannels() + from) * STEP + point * COLUMNS;
                    int c0 = panel * padded * STEP + point * COLUMNS;
                    for (int i = strip; i < stripEnd; i++) {
                        int f = Strips.start(i, tall);
                        if (i < tall) {
                            WinogradKernels.sixRows(now, filters, a0 + f * now, tiles, b0, sums, c0 + f * STEP,
                                    from > 0);
                        } else {
                            WinogradKernels.fourRows(now, filters, a0 + f * now, tiles, b0, sums, c0 + f * STEP,
                                    from > 0);
                        }
                    }
                }
            }
        }

        /** Filters [from, end) of one image. */
        private void transformSums(int group, int from, int end, int image, int row, int rowsNow, float[] sums,
                int firstVector,
                Scratch scratch) {
            int vectors = Lanes.blocks(rowsNow * tilesX, LANES);
            int step = Strips.padded(s.groupFilters()) * STEP;
            int left = vectorAt(firstVector, step);
            int right = vectorAt(firstVector + 1, step);
            int lower = 2 * slots();
            float[] plane = scratch.image(2 * lower + 2 * LANES);
            int outRows = Math.min(2 * rowsNow, s.outHeight() - 2 * row);
            int pitch = 2 * tilesX;
            int width = s.outWidth();
            for (int f = from; f < end; f++) {
                WinogradTransforms.outputs(sums, left + f * STEP, step, Lanes.blocks(vectors, 2), plane, 0, lower);
                WinogradTransforms.outputs(sums, right + f * STEP, step, vectors / 2, plane, 2 * LANES, lower);
                int filter = group * s.groupFilters() + f;
                int at = ((image * s.filters() + filter) * s.outHeight() + 2 * row) * width;
                float check =
                        WinogradTransforms.copy(plane, 0, pitch, Lanes.blocks(outRows, 2), width, y, at, 2 * width,
                                scratch.lanes);
                check += WinogradTransforms.copy(plane, lower, pitch, outRows / 2, width, y, at + width, 2 * width,
                        scratch.lanes);
                if (check != 0f) {
                    failed[0] = true;
                }
                finish.apply(y, at, outRows * width, filter);
            }
        }
    }
}
