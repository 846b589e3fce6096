package org.espalier.tensor.cpu;

import org.jspecify.annotations.Nullable;

/**
 * Convolution of images (NCHW) with filters (OIHW), forward. For each image it is a product: filters (O, T) times
 * patches (T, pixels), with T = channels / groups * kernelHeight * kernelWidth taps. The patches are never written out
 * as a whole: a panel of them is copied from the image into L1, multiplied by all filters, and forgotten.
 */
public final class Convolution {

    /** Pixels that a task has at least (images are small): a few full panels. */
    static final int TASK_PIXELS = 128;
    /** Tasks wanted if there are few images. */
    static final int TASKS = 8;

    /**
     * Depth times panels that are packed at a time: 16 KiB for 16 columns, half of L1; more than one panel, so that outputs
     * are written in order.
     */
    private static final int PANELS = Gemm.DEPTH;
    private static final int MOST_PANELS = 16;

    private static final int ROWS = GemmKernels.ROWS;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    private Convolution() {}

    /** The plain loops, summed in double. */
    static void plain(ConvShape s, float[] x, float[] w, float @Nullable [] bias, boolean relu, float[] y) {
        for (int n = 0; n < s.images(); n++) {
            for (int o = 0; o < s.filters(); o++) {
                for (int p = 0; p < s.outHeight(); p++) {
                    for (int q = 0; q < s.outWidth(); q++) {
                        double sum = bias == null ? 0 : bias[o];
                        for (int t = 0; t < s.taps(); t++) {
                            int from = Tap.of(s, n, o, p, q, t);
                            sum += from < 0 ? 0.0 * w[o * s.taps() + t] : (double) x[from] * w[o * s.taps() + t];
                        }
                        float value = (float) sum;
                        y[((n * s.filters() + o) * s.outHeight() + p) * s.outWidth() + q] =
                                relu ? Epilogue.relu(value) : value;
                    }
                }
            }
        }
    }

    /** Index arithmetic of the plain loops. */
    static final class Tap {
        private Tap() {}

        /** Where tap t of filter o at output (p, q) lies in image n of the input; -1 in the padding. */
        static int of(ConvShape s, int n, int o, int p, int q, int t) {
            int c = o / s.groupFilters() * s.groupChannels() + t / (s.kernelHeight() * s.kernelWidth());
            int h = p * s.strideHeight() - s.padHeight() + t / s.kernelWidth() % s.kernelHeight() * s.dilationHeight();
            int v = q * s.strideWidth() - s.padWidth() + t % s.kernelWidth() * s.dilationWidth();
            boolean inside = h >= 0 && h < s.height() && v >= 0 && v < s.width();
            return inside ? ((n * s.channels() + c) * s.height() + h) * s.width() + v : -1;
        }
    }

    /**
     * y = x convolved with w, plus a bias for each filter if there is one, then max(0, y) if {@code relu} (NaN stays
     * NaN).
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public static void forward(Workers workers, ConvShape s, float[] x, float[] w, float @Nullable [] bias,
            boolean relu, float[] y) {
        ConvolutionWay.ofForward(s).forward(workers, s, x, PackedWeights.once(w), Finish.bias(bias, relu), y);
    }

    /** The way that serves every shape; nothing is empty. */
    static void panels(Workers workers, ConvShape s, float[] x, float[] w, Finish finish, float[] y) {
        new Call(s, x, w, finish, y).run(workers);
    }

    /** One forward pass. A task takes some whole images, or a part of one image's pixels. */
    private record Call(ConvShape s, float[] x, float[] w, Finish finish, float[] y) {

        void run(Workers workers) {
            int imagesEach = Math.min(s.images(), Lanes.blocks(TASK_PIXELS, s.pixels()));
            int imageTasks = Lanes.blocks(s.images(), imagesEach);
            int panels = Lanes.blocks(imagesEach * s.pixels(), COLUMNS);
            int parts = imageTasks >= TASKS ? 1 : Math.min(Lanes.blocks(TASKS, imageTasks), panels);
            int panelsEach = Lanes.blocks(panels, parts);
            workers.parallel(imageTasks * parts, s.flops(), task -> {
                int image = task / parts * imagesEach;
                int count = Math.min(imagesEach, s.images() - image);
                int from = task % parts * panelsEach * COLUMNS;
                int end = Math.min(from + panelsEach * COLUMNS, count * s.pixels());
                if (from < end) {
                    task(image, count, from, end);
                }
            });
        }

        /** Output pixels [from, end), counted through {@code count} images. */
        private void task(int image, int count, int from, int end) {
            Scratch scratch = Scratch.mine();
            int[] offsets = scratch.offsets(s.taps());
            Patches.offsets(s, offsets);
            Patches patches = Patches.of(s, s.channels());
            float[] in = x;
            int in0 = image * patches.imageStride();
            if (s.padded()) {
                in = scratch.image(count * patches.imageStride());
                in0 = 0;
                Patches.pad(s, count * s.channels(), x, image * s.channels() * s.height() * s.width(), in, 0);
            }
            int blockDepth = Lanes.blocks(s.taps(), Math.max(1, Lanes.blocks(s.taps(), Gemm.DEPTH)));
            int panels = Math.clamp(PANELS / Math.max(1, blockDepth), 1, MOST_PANELS);
            Task task = new Task(this, patches, in, in0, offsets, scratch, image, blockDepth,
                    scratch.patches(panels * blockDepth * COLUMNS));
            for (int group = 0; group < s.groups(); group++) {
                for (int pixel = from; pixel < end; pixel += panels * COLUMNS) {
                    task.panels(group, pixel, Math.min(end, pixel + panels * COLUMNS));
                }
            }
        }

        /** A tile that ends within an image, or goes on in the next. */
        private void store(float[] edge, int height, int o, int image, int pixel, int end, boolean add) {
            for (int j = pixel; j < end; j++) {
                int at = ((image + j / s.pixels()) * s.filters() + o) * s.pixels() + j % s.pixels();
                for (int r = 0; r < height; r++, at += s.pixels()) {
                    float sum = edge[r * COLUMNS + j - pixel];
                    y[at] = add ? y[at] + sum : sum;
                }
            }
        }

        private void finish(int filter, int filterEnd, int image, int pixel, int end) {
            for (int j = pixel; j < end;) {
                int inImage = j % s.pixels();
                int run = Math.min(end - j, s.pixels() - inImage);
                for (int o = filter; o < filterEnd; o++) {
                    int at = ((image + j / s.pixels()) * s.filters() + o) * s.pixels() + inImage;
                    finish.apply(y, at, run, o);
                }
                j += run;
            }
        }
    }

    /** What a task works with: padded images from in[in0], and room for the panels that it packs at a time. */
    private record Task(Call call, Patches patches, float[] in, int in0, int[] offsets, Scratch scratch, int image,
            int blockDepth,
            float[] packed) {

        /** All filters of a group at output pixels [pixel, end). */
        void panels(int group, int pixel, int end) {
            ConvShape s = call.s;
            int taps = s.taps();
            int filterEnd = (group + 1) * s.groupFilters();
            int from = in0 + group * s.groupChannels() * s.paddedHeight() * s.paddedWidth();
            int[] runs = scratch.runs(2 * COLUMNS);
            int tap = 0;
            do {
                int depth = Math.min(blockDepth, taps - tap);
                for (int j = pixel; j < end; j += COLUMNS) {
                    int count = patches.runs(j, Math.min(end, j + COLUMNS), COLUMNS, runs);
                    patches.gather(in, from, offsets, tap, tap + depth, runs, count, packed, (j - pixel) * depth,
                            COLUMNS);
                }
                for (int o = group * s.groupFilters(); o < filterEnd; o += ROWS) {
                    for (int j = pixel; j < end; j += COLUMNS) {
                        tile(o, Math.min(ROWS, filterEnd - o), tap, depth, j, Math.min(end, j + COLUMNS),
                                (j - pixel) * depth);
                    }
                }
                tap += blockDepth;
            } while (tap < taps);
            call.finish(group * s.groupFilters(), filterEnd, image, pixel, end);
        }

        private void tile(int o, int height, int tap, int depth, int pixel, int end, int panel) {
            ConvShape s = call.s;
            int r0 = o * s.taps() + tap;
            int r1 = r0 + Math.min(1, height - 1) * s.taps();
            int r2 = r0 + Math.min(2, height - 1) * s.taps();
            int r3 = r0 + Math.min(3, height - 1) * s.taps();
            int inImage = pixel % s.pixels();
            if (height == ROWS && end - pixel == COLUMNS && inImage + COLUMNS <= s.pixels()) {
                int at = ((image + pixel / s.pixels()) * s.filters() + o) * s.pixels() + inImage;
                GemmKernels.inPlace(depth, call.w, r0, r1, r2, r3, packed, panel, call.y, at, s.pixels(), tap > 0);
            } else {
                GemmKernels.inPlace(depth, call.w, r0, r1, r2, r3, packed, panel, scratch.tile, 0, COLUMNS, false);
                call.store(scratch.tile, height, o, image, pixel, end, tap > 0);
            }
        }
    }
}
