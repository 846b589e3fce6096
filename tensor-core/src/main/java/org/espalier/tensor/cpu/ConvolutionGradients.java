package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * The two gradients of {@link Convolution}: by its input and by its weight. Letters as there; dy is the gradient by the
 * output.
 */
public final class ConvolutionGradients {

    /** Floats of patch gradients at a time: 128 KiB, in L2. */
    private static final int PATCHES = 1 << 15;
    private static final int ROWS = GemmKernels.ROWS;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    private ConvolutionGradients() {}

    /** Both gradients by plain loops, summed in double: dx and dw of the sizes of x and w. */
    static void plain(ConvShape s, float[] x, float[] w, float[] dy, double[] dx, double[] dw) {
        for (int n = 0; n < s.images(); n++) {
            for (int o = 0; o < s.filters(); o++) {
                for (int p = 0; p < s.outHeight(); p++) {
                    for (int q = 0; q < s.outWidth(); q++) {
                        double gradient = dy[((n * s.filters() + o) * s.outHeight() + p) * s.outWidth() + q];
                        for (int t = 0; t < s.taps(); t++) {
                            int at = Convolution.Tap.of(s, n, o, p, q, t);
                            if (at >= 0) {
                                dx[at] += gradient * w[o * s.taps() + t];
                                dw[o * s.taps() + t] += gradient * x[at];
                            }
                        }
                    }
                }
            }
        }
    }

    /**
     * dx = the gradient by the input.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public static void data(Workers workers, ConvShape s, float[] dy, float[] w, float[] dx) {
        ConvolutionWay.ofData(s).data(workers, s, dy, PackedWeights.once(w), dx);
    }

    /**
     * The way that serves every shape: for each image the product w transposed (taps, filters) x dy (filters, pixels) gives
     * the gradient of its patches, which are added up where they overlap. Nothing is empty.
     */
    static void panels(Workers workers, ConvShape s, float[] dy, float[] w, float[] dx) {
        DataCall call = DataCall.of(s, dy, w, dx);
        int strips = s.groups() * Lanes.blocks(s.taps(), ROWS);
        workers.parallel(Lanes.blocks(strips, 32), 4.0 * s.filters() * s.taps(),
                task -> call.packWeights(32 * task, Math.min(strips, 32 * task + 32)));
        int imagesEach = Math.min(s.images(), Lanes.blocks(COLUMNS, s.pixels()));
        workers.parallel(Lanes.blocks(s.images(), imagesEach), s.flops(),
                task -> call.images(task * imagesEach, Math.min(s.images(), (task + 1) * imagesEach)));
    }

    /** One data gradient; strips are w transposed, (taps, filters of a group), packed for the micro-kernel. */
    private record DataCall(ConvShape s, float[] dy, float[] w, float[] dx, float[] strips, int blockDepth) {

        static DataCall of(ConvShape s, float[] dy, float[] w, float[] dx) {
            float[] strips = Scratch.mine().rows(s.groups() * Lanes.roundUp(s.taps(), ROWS) * s.groupFilters());
            int blocks = Lanes.blocks(s.groupFilters(), Gemm.DEPTH);
            return new DataCall(s, dy, w, dx, strips, Lanes.blocks(s.groupFilters(), blocks));
        }

        void packWeights(int from, int end) {
            int stripsOfGroup = Lanes.blocks(s.taps(), ROWS);
            for (int strip = from; strip < end; strip++) {
                int tap = strip % stripsOfGroup * ROWS;
                int filter = strip / stripsOfGroup * s.groupFilters();
                Packing.stripOfColumns(ROWS, w, filter * s.taps() + tap, s.taps(), Math.min(ROWS, s.taps() - tap),
                        s.groupFilters(), strips,
                        strip * ROWS * s.groupFilters());
            }
        }

        void images(int image, int imageEnd) {
            Scratch scratch = Scratch.mine();
            int[] offsets = scratch.offsets(s.taps());
            Patches.offsets(s, offsets);
            Patches patches = Patches.of(s, s.channels());
            int count = imageEnd - image;
            int size = s.channels() * s.height() * s.width();
            float[] to = s.padded() ? scratch.image(count * patches.imageStride()) : dx;
            int to0 = s.padded() ? 0 : image * size;
            Arrays.fill(to, to0, to0 + count * patches.imageStride(), 0f);
            int taps = Lanes.roundUp(s.taps(), ROWS);
            int width =
                    Math.clamp(PATCHES / taps / COLUMNS * COLUMNS, COLUMNS, Lanes.roundUp(count * s.pixels(), COLUMNS));
            float[] gradients = scratch.patches(taps * width + s.groupFilters() * COLUMNS);
            int[] runs = scratch.runs(2 * width);
            int groupStride = s.groupChannels() * s.paddedHeight() * s.paddedWidth();
            for (int pixel = 0; pixel < count * s.pixels(); pixel += width) {
                int end = Math.min(count * s.pixels(), pixel + width);
                int runCount = patches.runs(pixel, end, width, runs);
                for (int group = 0; group < s.groups(); group++) {
                    for (int j = pixel; j < end; j += COLUMNS) {
                        panel(group, image, j, Math.min(end, j + COLUMNS), gradients, taps * width, j - pixel, width);
                    }
                    patches.scatterAdd(gradients, width, offsets, s.taps(), runs, runCount, to,
                            to0 + group * groupStride);
                }
            }
            if (s.padded()) {
                Patches.unpad(s, count * s.channels(), to, 0, dx, image * size);
            }
        }

        /** The gradient of the patches at up to COLUMNS pixels; the panel of dy is packed behind it, at panel0. */
        private void panel(int group, int image, int pixel, int end, float[] gradients, int panel0, int column,
                int ld) {
            for (int j = pixel; j < end;) {
                int inImage = j % s.pixels();
                int run = Math.min(end - j, s.pixels() - inImage);
                int from = ((image + j / s.pixels()) * s.filters() + group * s.groupFilters()) * s.pixels() + inImage;
                if (run == COLUMNS) {
                    Packing.panelOfRows(dy, from, s.pixels(), s.groupFilters(), gradients, panel0);
                } else {
                    for (int o = 0; o < s.groupFilters(); o++) {
                        System.arraycopy(dy, from + o * s.pixels(), gradients, panel0 + o * COLUMNS + j - pixel, run);
                    }
                }
                j += run;
            }
            int stripsOfGroup = Lanes.blocks(s.taps(), ROWS);
            for (int depth0 = 0; depth0 < s.groupFilters(); depth0 += blockDepth) {
                int depth = Math.min(blockDepth, s.groupFilters() - depth0);
                for (int strip = 0; strip < stripsOfGroup; strip++) {
                    int at = (group * stripsOfGroup + strip) * ROWS * s.groupFilters() + depth0 * ROWS;
                    GemmKernels.packed(depth, strips, at, gradients, panel0 + depth0 * COLUMNS, gradients,
                            strip * ROWS * ld + column, ld,
                            depth0 > 0);
                }
            }
        }
    }

    /**
     * dw = the gradient by the weight, or dw += if {@code add}.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public static void weight(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw, boolean add) {
        ConvolutionWay.ofWeight(s).weight(workers, s, x, dy, dw, add);
    }
}
