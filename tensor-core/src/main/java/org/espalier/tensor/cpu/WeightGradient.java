package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * The gradient of a convolution by its weight, a product: taps (rows) by filters (columns), summed over the pixels of
 * all images. dy is packed once as panels of filters. The image is laid out as planes, one for each channel and column
 * of the kernel, whose rows have as many pixels as the output's: then what a tap meets, pixel after pixel, lies in one
 * piece from some row of its plane on, and three copies of the image serve nine taps.
 *
 * <p>A block is some images, or some rows of one, whose panel of dy stays in L1. A task takes some channels through a
 * fixed part of the images; the parts are added in order. So the bits depend on the shape alone.
 */
final class WeightGradient {

    private static final int LANES = Lanes.COUNT;
    private static final int TAPS = ConvolutionKernels.FOUR;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    /** Pixels of a block, about: a panel of dy is 16 KiB, half of L1. */
    private static final int BLOCK = 4096 / COLUMNS;
    /** Outputs below which an image's planes are not worth their own runs: each tap's pixels are copied instead. */
    private static final int SMALL = 32;
    /** Floats of packed dy at a time: 8 MiB. */
    private static final int PACKED = 1 << 21;
    /** Tasks wanted. */
    private static final int TASKS = 16;

    /** Channels of a task are a multiple of this: 36 taps of 3x3 kernels are whole tiles. */
    private static final int CHANNELS = 4;

    private WeightGradient() {}

    /** dw += the gradient. The arrays are long enough. */
    static void add(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw) {
        int filters = Lanes.roundUp(s.groupFilters(), COLUMNS);
        int imagesEach = Math.clamp(PACKED / ((long) s.pixels() * filters), 1, s.images());
        Blocks blocks = Blocks.of(s);
        Planes planes = Planes.of(s);
        int channels = Math.min(s.groupChannels(), Lanes.roundUp(Lanes.blocks(s.groupChannels(), TASKS), CHANNELS));
        int channelTasks = Lanes.blocks(s.groupChannels(), channels);
        int parts = Math.clamp(Lanes.blocks(TASKS, channelTasks), 1, blocks.count(imagesEach));
        Scratch scratch = Scratch.mine();
        float[] panels = scratch.columns(imagesEach * s.pixels() * filters);
        int taskSums = Lanes.roundUp(channels * s.kernelHeight() * s.kernelWidth(), TAPS) * filters;
        float[] sums = scratch.partial(parts * channelTasks * taskSums);
        for (int group = 0; group < s.groups(); group++) {
            Arrays.fill(sums, 0, parts * channelTasks * taskSums, 0f);
            for (int image = 0; image < s.images(); image += imagesEach) {
                Call call = new Call(s, blocks, planes, x, dy, panels, sums, group, filters, channels, channelTasks,
                        parts, taskSums, image, Math.min(imagesEach, s.images() - image));
                workers.parallel(call.blockCount(), 8.0 * call.images * s.pixels() * filters, call::pack);
                workers.parallel(parts * channelTasks, s.flops() / s.groups() * call.images / s.images(), call::task);
            }
            gather(workers, s, sums, filters, parts, channels, channelTasks, taskSums, dw, group);
        }
    }

    /** How images are cut: {@code images} of them, or {@code rows} rows of one, make a block. */
    private record Blocks(ConvShape s, int images, int rows) {

        static Blocks of(ConvShape s) {
            if (s.pixels() <= BLOCK) {
                return new Blocks(s, Math.max(1, BLOCK / s.pixels()), s.outHeight());
            }
            int bands = Lanes.blocks(s.outHeight(), Math.max(1, BLOCK / s.outWidth()));
            return new Blocks(s, 1, Lanes.blocks(s.outHeight(), bands));
        }

        int bands() {
            return Lanes.blocks(s.outHeight(), rows);
        }

        /** Blocks of so many images. */
        int count(int imageCount) {
            return Lanes.blocks(imageCount, images) * bands();
        }

        int firstImage(int block) {
            return block / bands() * images;
        }

        int firstRow(int block) {
            return block % bands() * rows;
        }

        int rowsOf(int block) {
            return Math.min(rows, s.outHeight() - firstRow(block));
        }
    }

    /**
     * Planes of a block: (kernel row if {@code taps}, kernel column, channel, image, row, output column). All kernel
     * rows share a plane, unless rows are skipped or there are few pixels.
     */
    private record Planes(ConvShape s, boolean taps) {

        static Planes of(ConvShape s) {
            return new Planes(s, s.strideHeight() > 1 || s.pixels() < SMALL);
        }

        int rows(int outRows) {
            return taps ? outRows : outRows + (s.kernelHeight() - 1) * s.dilationHeight();
        }

        /** Floats of an image's plane. */
        int size(int outRows) {
            return rows(outRows) * s.outWidth();
        }

        int sets() {
            return (taps ? s.kernelHeight() : 1) * s.kernelWidth();
        }

        /** Where each tap's first pixel lies, with so many channels and images. */
        void offsets(int channels, int images, int outRows, int[] to) {
            int plane = images * size(outRows);
            int nextRow = taps ? s.kernelWidth() * channels * plane : s.dilationHeight() * s.outWidth();
            int t = 0;
            for (int c = 0; c < channels; c++) {
                for (int r = 0; r < s.kernelHeight(); r++) {
                    for (int k = 0, at = c * plane + r * nextRow; k < s.kernelWidth(); k++, at += channels * plane) {
                        to[t++] = at;
                    }
                }
            }
        }

        /** Lays out some channels of one block; the first channel of the first image starts at x[from]. */
        void fill(float[] x, int from, int channels, int images, int outRow, int outRows, float[] to) {
            int set = channels * images * size(outRows);
            for (int i = 0; i < sets(); i++) {
                int row = outRow * s.strideHeight() - s.padHeight() + i / s.kernelWidth() * s.dilationHeight();
                int column = i % s.kernelWidth() * s.dilationWidth() - s.padWidth();
                fill(x, from, channels, images, row, column, rows(outRows), to, i * set);
            }
        }

        /** One kernel column: rows from {@code row} on, which may lie in the padding, each from {@code column} on. */
        private void fill(float[] x, int from, int channels, int images, int row, int column, int rows, float[] to,
                int to0) {
            int step = s.strideHeight();
            int above = row < 0 ? Math.min(rows, Lanes.blocks(-row, step)) : 0;
            int end = Math.clamp(Lanes.blocks(s.height() - row, step), above, rows);
            int width = s.outWidth();
            int start = (row + above * step) * s.width();
            int at = to0;
            for (int c = 0; c < channels; c++) {
                for (int n = 0; n < images; n++, at += rows * width) {
                    int image = from + (n * s.channels() + c) * s.height() * s.width();
                    Arrays.fill(to, at, at + above * width, 0f);
                    if (s.strideWidth() == 1) {
                        ImageRows.copy(x, image + start, step * s.width(), s.width(), column, end - above, width, to,
                                at + above * width);
                    } else {
                        for (int r = above, i = image + start; r < end; r++, i += step * s.width()) {
                            ImageRows.every(x, i, s.width(), column, s.strideWidth(), width, to, at + r * width);
                        }
                    }
                    Arrays.fill(to, at + end * width, at + rows * width, 0f);
                }
            }
        }
    }

    /** Some images of one group. */
    private record Call(ConvShape s, Blocks blocks, Planes planes, float[] x, float[] dy, float[] panels,
            float[] sums, int group, int filters, int channels, int channelTasks, int parts, int taskSums,
            int image, int images) {

        int blockCount() {
            return blocks.count(images);
        }

        private int imagesOf(int block) {
            return Math.min(blocks.images(), images - blocks.firstImage(block));
        }

        /** Where a block's panels start; they follow each other. */
        private int panelsAt(int block) {
            return (blocks.firstImage(block) * s.pixels() + blocks.firstRow(block) * s.outWidth()) * filters;
        }

        void pack(int block) {
            int run = blocks.rowsOf(block) * s.outWidth();
            int to = panelsAt(block);
            for (int o = 0; o < filters; o += COLUMNS) {
                int width = Math.min(COLUMNS, s.groupFilters() - o);
                for (int n = 0; n < imagesOf(block); n++, to += run * COLUMNS) {
                    int plane = (image + blocks.firstImage(block) + n) * s.filters() + group * s.groupFilters() + o;
                    int from = plane * s.pixels() + blocks.firstRow(block) * s.outWidth();
                    Packing.panelOfColumns(dy, from, s.pixels(), width, run, panels, to);
                }
            }
        }

        void task(int task) {
            int part = task / channelTasks;
            int first = task % channelTasks * channels;
            int count = Math.min(channels, s.groupChannels() - first);
            int taps = count * s.kernelHeight() * s.kernelWidth();
            int blocksEach = Lanes.blocks(blockCount(), parts);
            float[] laidOut = Scratch.mine().patches(
                    planes.sets() * count * blocks.images() * planes.size(blocks.rows()) + LANES);
            for (int b = part * blocksEach; b < Math.min(blockCount(), (part + 1) * blocksEach); b++) {
                int from = ((image + blocks.firstImage(b)) * s.channels() + group * s.groupChannels() + first)
                        * s.height() * s.width();
                planes.fill(x, from, count, imagesOf(b), blocks.firstRow(b), blocks.rowsOf(b), laidOut);
                block(b, laidOut, count, taps, task * taskSums);
            }
        }

        /** All taps of a task by all filters. */
        private void block(int block, float[] laidOut, int count, int taps, int sums0) {
            int n = imagesOf(block);
            int rows = blocks.rowsOf(block);
            int pixels = n * rows * s.outWidth();
            int runs = planes.taps() ? 1 : n;
            int run = pixels / runs;
            int step = planes.size(rows);
            int b0 = panelsAt(block);
            int rounded = Lanes.roundUp(taps, TAPS);
            int[] offsets = Scratch.mine().offsets(rounded);
            planes.offsets(count, n, rows, offsets);
            Arrays.fill(offsets, taps, rounded, offsets[taps - 1]);
            for (int o = 0; o < filters; o += COLUMNS, b0 += pixels * COLUMNS) {
                for (int t = 0; t < taps; t += TAPS) {
                    ConvolutionKernels.fourTaps(runs, run, step, laidOut, offsets, t, panels, b0, sums,
                            sums0 + t * filters + o, filters);
                }
            }
        }
    }

    /** dw (filters, taps) += the sums (part, channel task, taps, filters), part after part. */
    private static void gather(Workers workers, ConvShape s, float[] sums, int filters, int parts, int channels,
            int channelTasks, int taskSums, float[] dw, int group) {
        int area = s.kernelHeight() * s.kernelWidth();
        workers.parallel(channelTasks, 8.0 * parts * filters * s.taps(), task -> {
            int first = task * channels;
            int taps = Math.min(channels, s.groupChannels() - first) * area;
            for (int part = 0; part < parts; part++) {
                int from = (part * channelTasks + task) * taskSums;
                for (int o = 0; o < s.groupFilters(); o++) {
                    int to = (group * s.groupFilters() + o) * s.taps() + first * area;
                    for (int t = 0, i = from + o; t < taps; t++, i += filters) {
                        dw[to + t] += sums[i];
                    }
                }
            }
        });
    }
}
