package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The gradient of a convolution by its weight, by {@link Winograd}'s way read backwards: with outputs A^T (U x V) A, where
 * U = G g G^T are the filters and V = B^T d B the tiles, the gradient by U is (A dy A^T) x V, added over all tiles, and the
 * one by g is G^T dU G. Each of the 16 points is a product of matrices, filters (O, tiles) by channels (tiles, C).
 *
 * <p>Here channels, and filters, lie in the lanes: a vector of each pixel, so both operands are transformed without
 * shuffles and stand as the micro-kernel reads them. A task takes some channels through a fixed part of the images; the
 * parts are added in order. So the bits depend on the shape alone.
 */
final class WinogradGradient {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int COLUMNS = GemmKernels.COLUMNS;
    private static final int POINTS = WinogradTransforms.POINTS;
    /** Tiles that a block has room for; a constant spares checks of bounds, as in {@link WinogradTransforms}. */
    private static final int ROOM = 128;
    /** Floats from a panel's points to the next; a line more than they need, so that L1 spreads them. */
    private static final int POINT = ROOM * COLUMNS + 16;
    private static final int PANEL = POINTS * POINT;
    /** Sums of a panel of filters by a panel of channels: of one point, and of all. */
    private static final int SQUARE = COLUMNS * COLUMNS;
    private static final int SQUARES = POINTS * SQUARE;
    /** Tiles of a block, about, so that both operands stay in L2; more where the sums don't, and cross memory each time. */
    private static final int BLOCK = 64;
    private static final int LARGE_BLOCK = 112;
    /** Sums that stay in L2: 1 MiB. */
    private static final int NEAR_SUMS = 1 << 18;
    /** Floats of sums of all parts: 8 MiB. */
    private static final int SUMS = 1 << 21;
    /** Tasks wanted. */
    private static final int TASKS = 8;

    private WinogradGradient() {}

    /** True if it is faster than the other ways. */
    static boolean serves(ConvShape s) {
        return Winograd.servesGradients(s) && Lanes.blocks(s.outWidth(), 2) <= ROOM;
    }

    /** dw += the gradient. False if it is not finite: then dw is as it was. */
    static boolean add(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw) {
        int channelPanels = Lanes.blocks(s.groupChannels(), COLUMNS);
        int filterPanels = Lanes.blocks(s.groupFilters(), COLUMNS);
        int tilesX = Lanes.blocks(s.outWidth(), 2);
        int tilesY = Lanes.blocks(s.outHeight(), 2);
        int matrix = channelPanels * filterPanels * SQUARES;
        int most = matrix > NEAR_SUMS ? LARGE_BLOCK : BLOCK;
        int rows = Lanes.blocks(tilesY, Lanes.blocks(tilesY, Math.max(1, most / tilesX)));
        int bands = Lanes.blocks(tilesY, rows);
        int images = bands > 1 ? 1 : Math.clamp(most / (tilesX * tilesY), 1, s.images());
        int blocks = Lanes.blocks(s.images(), images) * bands;
        int parts = Math.clamp(Math.min(SUMS / matrix, TASKS), 1, blocks);
        int panelsEach = Lanes.blocks(channelPanels, Lanes.blocks(TASKS, parts));
        float[] sums = Scratch.mine().columns(parts * matrix);
        for (int group = 0; group < s.groups(); group++) {
            Call call =
                    new Call(s, x, dy, group, tilesX, rows, bands, images, blocks, parts, channelPanels, filterPanels,
                            panelsEach, sums, new boolean[1]);
            workers.parallel(parts * Lanes.blocks(channelPanels, panelsEach), s.flops() / s.groups() / 2, call::task);
            double all = (double) s.groupFilters() * s.groupChannels();
            workers.parallel(filterPanels * channelPanels, (parts + 2) * POINTS * all, call::gather);
            if (call.failed[0]) {
                return false;
            }
            workers.parallel(s.groupFilters(), 9 * all, filter -> call.addTo(filter, dw));
        }
        return true;
    }

    /** One group. Sums are (part, filter panel, channel panel, point, filter, channel). */
    private record Call(ConvShape s, float[] x, float[] dy, int group, int tilesX, int rows, int bands, int images,
            int blocks, int parts, int channelPanels, int filterPanels, int panelsEach, float[] sums,
            boolean[] failed) {

        private int matrix() {
            return channelPanels * filterPanels * SQUARES;
        }

        /** Some panels of channels by all filters, through one part of the blocks. */
        void task(int task) {
            int part = task % parts;
            int panel = task / parts * panelsEach;
            int panels = Math.min(panelsEach, channelPanels - panel);
            Scratch scratch = Scratch.mine();
            float[] tiles = scratch.patches(panels * PANEL);
            float[] gradients = scratch.block(filterPanels * PANEL);
            for (int f = 0; f < filterPanels; f++) {
                int from = sumsAt(part, f, panel);
                Arrays.fill(sums, from, from + panels * SQUARES, 0f);
            }
            int each = Lanes.blocks(blocks, parts);
            for (int block = part * each; block < Math.min(blocks, (part + 1) * each); block++) {
                int count = transform(block, panel, panels, tiles, gradients, scratch);
                for (int point = 0; point < POINTS; point++) {
                    for (int f = 0; f < filterPanels; f++) {
                        for (int p = 0; p < panels; p++) {
                            multiply(count, gradients, f * PANEL + point * POINT, tiles, p * PANEL + point * POINT,
                                    sumsAt(part, f, panel + p) + point * SQUARE);
                        }
                    }
                }
            }
        }

        /** Both operands of a block; returns how many tiles it has. */
        private int transform(int block, int panel, int panels, float[] tiles, float[] gradients, Scratch scratch) {
            int image = block / bands * images;
            int row = block % bands * rows;
            int rowsNow = Math.min(rows, Lanes.blocks(s.outHeight(), 2) - row);
            int imagesNow = Math.min(images, s.images() - image);
            int each = rowsNow * tilesX;
            for (int n = 0; n < imagesNow; n++) {
                for (int p = 0; p < panels; p++) {
                    tiles(image + n, panel + p, row, rowsNow, tiles, p * PANEL + n * each * COLUMNS, scratch);
                }
                for (int f = 0; f < filterPanels; f++) {
                    gradients(image + n, f, row, rowsNow, gradients, f * PANEL + n * each * COLUMNS, scratch);
                }
            }
            return imagesNow * each;
        }

        private int sumsAt(int part, int filterPanel, int channelPanel) {
            return part * matrix() + (filterPanel * channelPanels + channelPanel) * SQUARES;
        }

        /** One point of a panel of filters by a panel of channels. */
        private void multiply(int depth, float[] a, int a0, float[] b, int b0, int c0) {
            int tall = Strips.tall(COLUMNS);
            for (int strip = 0; strip < Strips.count(COLUMNS); strip++) {
                int r = Strips.start(strip, tall);
                if (strip < tall) {
                    WinogradKernels.addSixRows(depth, a, a0 + r, b, b0, sums, c0 + r * COLUMNS);
                } else {
                    WinogradKernels.addFourRows(depth, a, a0 + r, b, b0, sums, c0 + r * COLUMNS);
                }
            }
        }

        /** A panel of channels of one image. */
        private void tiles(int image, int panel, int row, int rowsNow, float[] to, int at, Scratch scratch) {
            int pitch = (2 * tilesX + 2) * COLUMNS;
            float[] pixels = scratch.image((2 * rowsNow + 2) * pitch);
            int channel = panel * COLUMNS;
            int count = Math.min(COLUMNS, s.groupChannels() - channel);
            int plane = (image * s.channels() + group * s.groupChannels() + channel) * s.height() * s.width();
            lanes(x, plane, s.height(), s.width(), count, 2 * row - s.padHeight(), 2 * rowsNow + 2, s.padWidth(),
                    2 * tilesX + 2, pixels);
            for (int r = 0; r < rowsNow; r++) {
                int i = 2 * r * pitch;
                int o = at + r * tilesX * COLUMNS;
                transformTiles(pixels, i, pitch, tilesX, to, o);
                transformTiles(pixels, i + LANES, pitch, tilesX, to, o + LANES);
            }
        }

        /** A panel of filters of one image's dy. */
        private void gradients(int image, int panel, int row, int rowsNow, float[] to, int at, Scratch scratch) {
            int pitch = 2 * tilesX * COLUMNS;
            float[] pixels = scratch.image(2 * rowsNow * pitch);
            int filter = panel * COLUMNS;
            int count = Math.min(COLUMNS, s.groupFilters() - filter);
            int plane = (image * s.filters() + group * s.groupFilters() + filter) * s.pixels();
            lanes(dy, plane, s.outHeight(), s.outWidth(), count, 2 * row, 2 * rowsNow, 0, 2 * tilesX, pixels);
            for (int r = 0; r < rowsNow; r++) {
                int i = 2 * r * pitch;
                int o = at + r * tilesX * COLUMNS;
                transformGradients(pixels, i, pitch, tilesX, to, o);
                transformGradients(pixels, i + LANES, pitch, tilesX, to, o + LANES);
            }
        }

        /**
         * Rows from {@code top} on of {@code count} planes as (row, column, plane), with zeros for what is beside the image
         * and for missing planes.
         */
        private void lanes(float[] from, int plane, int height, int width, int count, int top, int rowCount, int pad,
                int pitch, float[] to) {
            int end = Math.clamp(height - top, 0, rowCount);
            int above = Math.clamp(-top, 0, end);
            Arrays.fill(to, 0, above * pitch * COLUMNS, 0f);
            int columns = Math.min(width, pitch - pad);
            for (int r = above; r < end; r++) {
                int at = r * pitch * COLUMNS;
                Arrays.fill(to, at, at + pad * COLUMNS, 0f);
                Packing.panelOfColumns(from, plane + (top + r) * width, height * width, count, columns, to,
                        at + pad * COLUMNS);
                Arrays.fill(to, at + (pad + columns) * COLUMNS, at + pitch * COLUMNS, 0f);
            }
            Arrays.fill(to, end * pitch * COLUMNS, rowCount * pitch * COLUMNS, 0f);
        }

        /** Some filters by some channels: the sums of all parts, then their gradient, where the first nine points were. */
        void gather(int task) {
            int from = sumsAt(0, 0, 0) + task * SQUARES;
            for (int part = 1; part < parts; part++) {
                int other = from + part * matrix();
                for (int i = 0; i < SQUARES; i += LANES) {
                    FloatVector.fromArray(S, sums, from + i).add(FloatVector.fromArray(S, sums, other + i))
                            .intoArray(sums, from + i);
                }
            }
            float check = 0f;
            for (int i = 0; i < SQUARE; i++) {
                check += WinogradTransforms.weights(sums, from + i, SQUARE);
            }
            if (check != 0f) {
                failed[0] = true;
            }
        }

        void addTo(int filter, float[] dw) {
            int to = (group * s.groupFilters() + filter) * s.groupChannels() * 9;
            for (int c = 0; c < s.groupChannels(); c++) {
                int at = sumsAt(0, filter / COLUMNS, c / COLUMNS) + filter % COLUMNS * COLUMNS + c % COLUMNS;
                for (int e = 0; e < 9; e++, to++, at += SQUARE) {
                    dw[to] += sums[at];
                }
            }
        }
    }

    /** B^T d B of {@code count} tiles of a row: a vector of channels each. Point e goes to to[at + e * POINT]. */
    private static void transformTiles(float[] pixels, int from, int pitch, int count, float[] to, int at) {
        for (int n = 0, i = from, o = at; n < count; n++, i += 2 * COLUMNS, o += COLUMNS) {
            int j = i + pitch;
            int k = j + pitch;
            int l = k + pitch;
            FloatVector c0 = FloatVector.fromArray(S, pixels, k);
            FloatVector c1 = FloatVector.fromArray(S, pixels, k + COLUMNS);
            FloatVector c2 = FloatVector.fromArray(S, pixels, k + 2 * COLUMNS);
            FloatVector c3 = FloatVector.fromArray(S, pixels, k + 3 * COLUMNS);
            FloatVector w0 = FloatVector.fromArray(S, pixels, i).sub(c0);
            FloatVector w1 = FloatVector.fromArray(S, pixels, i + COLUMNS).sub(c1);
            FloatVector w2 = FloatVector.fromArray(S, pixels, i + 2 * COLUMNS).sub(c2);
            FloatVector w3 = FloatVector.fromArray(S, pixels, i + 3 * COLUMNS).sub(c3);
            w0.sub(w2).intoArray(to, o);
            w1.add(w2).intoArray(to, o + POINT);
            w2.sub(w1).intoArray(to, o + 2 * POINT);
            w1.sub(w3).intoArray(to, o + 3 * POINT);
            FloatVector b0 = FloatVector.fromArray(S, pixels, j);
            FloatVector b1 = FloatVector.fromArray(S, pixels, j + COLUMNS);
            FloatVector b2 = FloatVector.fromArray(S, pixels, j + 2 * COLUMNS);
            FloatVector b3 = FloatVector.fromArray(S, pixels, j + 3 * COLUMNS);
            w0 = b0.add(c0);
            w1 = b1.add(c1);
            w2 = b2.add(c2);
            w3 = b3.add(c3);
            w0.sub(w2).intoArray(to, o + 4 * POINT);
            w1.add(w2).intoArray(to, o + 5 * POINT);
            w2.sub(w1).intoArray(to, o + 6 * POINT);
            w1.sub(w3).intoArray(to, o + 7 * POINT);
            w0 = c0.sub(b0);
            w1 = c1.sub(b1);
            w2 = c2.sub(b2);
            w3 = c3.sub(b3);
            w0.sub(w2).intoArray(to, o + 8 * POINT);
            w1.add(w2).intoArray(to, o + 9 * POINT);
            w2.sub(w1).intoArray(to, o + 10 * POINT);
            w1.sub(w3).intoArray(to, o + 11 * POINT);
            w0 = b0.sub(FloatVector.fromArray(S, pixels, l));
            w1 = b1.sub(FloatVector.fromArray(S, pixels, l + COLUMNS));
            w2 = b2.sub(FloatVector.fromArray(S, pixels, l + 2 * COLUMNS));
            w3 = b3.sub(FloatVector.fromArray(S, pixels, l + 3 * COLUMNS));
            w0.sub(w2).intoArray(to, o + 12 * POINT);
            w1.add(w2).intoArray(to, o + 13 * POINT);
            w2.sub(w1).intoArray(to, o + 14 * POINT);
            w1.sub(w3).intoArray(to, o + 15 * POINT);
        }
    }

    /**
     * A dy A^T of {@code count} tiles of a row, but for the signs of the last row and of the last column: {@link
     * WinogradTransforms#weights} minds them.
     */
    private static void transformGradients(float[] pixels, int from, int pitch, int count, float[] to, int at) {
        for (int n = 0, i = from, o = at; n < count; n++, i += 2 * COLUMNS, o += COLUMNS) {
            int j = i + pitch;
            FloatVector a0 = FloatVector.fromArray(S, pixels, i);
            FloatVector a1 = FloatVector.fromArray(S, pixels, i + COLUMNS);
            FloatVector b0 = FloatVector.fromArray(S, pixels, j);
            FloatVector b1 = FloatVector.fromArray(S, pixels, j + COLUMNS);
            a0.intoArray(to, o);
            a0.add(a1).intoArray(to, o + POINT);
            a0.sub(a1).intoArray(to, o + 2 * POINT);
            a1.intoArray(to, o + 3 * POINT);
            FloatVector s0 = a0.add(b0);
            FloatVector s1 = a1.add(b1);
            s0.intoArray(to, o + 4 * POINT);
            s0.add(s1).intoArray(to, o + 5 * POINT);
            s0.sub(s1).intoArray(to, o + 6 * POINT);
            s1.intoArray(to, o + 7 * POINT);
            FloatVector d0 = a0.sub(b0);
            FloatVector d1 = a1.sub(b1);
            d0.intoArray(to, o + 8 * POINT);
            d0.add(d1).intoArray(to, o + 9 * POINT);
            d0.sub(d1).intoArray(to, o + 10 * POINT);
            d1.intoArray(to, o + 11 * POINT);
            b0.intoArray(to, o + 12 * POINT);
            b0.add(b1).intoArray(to, o + 13 * POINT);
            b0.sub(b1).intoArray(to, o + 14 * POINT);
            b1.intoArray(to, o + 15 * POINT);
        }
    }
}
