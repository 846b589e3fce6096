package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The gradient of a convolution by its weights, for images about as wide as a vector or wider: the gradient of one weight
 * is the product, summed over all pixels, of a plane of dy and of a plane of x shifted by the weight's tap. Both are laid
 * out by rows and vectors, x as {@link RowPanels} and dy four filters side by side; the lanes of a vector are
 * neighbouring pixels, and are added up at the very end. Chunks of pixels are small enough for x and a strip of dy to stay
 * in L1 together, which is what makes it fast: each vector of x is read for every filter.
 *
 * <p>A task has some channels and some filters, and goes through all images in order: no partial sums of tasks, and bits
 * that don't depend on who does what.
 *
 * @param rows of the output in a chunk
 * @param images in a chunk
 * @param channels of a task
 * @param wide filters side by side: 4, or 1 if a group has but one
 */
record RowWeightGradient(ConvShape s, RowPanels panels, float[] x, float[] dw, int rows, int images, int channels,
        int wide) {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int FILTERS = 4;
    /** Floats of a tile's sums. */
    private static final int SUMS = 8 * LANES;

    /** Pixels of a chunk, about: so much of four planes of dy takes 8 KiB of L1. */
    private static final int PIXELS = 1 << 9;
    /** Channels of a task: two, so that an odd number of taps makes whole pairs; with 3x3 taps 14 KiB of a chunk. */
    private static final int CHANNELS = 2;
    /** Tasks wanted, so that any small number of threads has equal shares. */
    private static final int TASKS = 8;

    /** dw += the gradient by the weights. */
    static void add(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw) {
        RowPanels panels = RowPanels.of(s);
        int row = panels.groups() * LANES;
        int rows = Math.clamp(PIXELS / row, 1, s.outHeight());
        int images = Math.clamp(PIXELS / (rows * row), 1, s.images());
        int channels = Math.min(s.groupChannels(), CHANNELS);
        int wide = s.groupFilters() == 1 ? 1 : FILTERS;
        new RowWeightGradient(s, panels, x, dw, rows, images, channels, wide).run(workers, dy);
    }

    private int strips() {
        return Lanes.blocks(s.groupFilters(), wide);
    }

    private void run(Workers workers, float[] dy) {
        int all = s.groups() * strips();
        float[] packed = Scratch.mine().columns(all * s.images() * packedImage());
        workers.parallel(all * s.images(), 4.0 * all * s.images() * packedImage(),
                task -> pack(dy, task / s.images(), task % s.images(), packed));
        int channelTasks = Lanes.blocks(s.groupChannels(), channels);
        int filterTasks = Math.clamp(Lanes.blocks(TASKS, s.groups() * channelTasks), 1, strips());
        int stripsEach = Lanes.blocks(strips(), filterTasks);
        workers.parallel(s.groups() * channelTasks * filterTasks, s.flops(), task -> {
            int group = task / (channelTasks * filterTasks);
            int channel = task / filterTasks % channelTasks * channels;
            int strip = task % filterTasks * stripsEach;
            int stripEnd = Math.min(strips(), strip + stripsEach);
            if (strip < stripEnd) {
                task(group, channel, Math.min(channels, s.groupChannels() - channel), strip, stripEnd, packed);
            }
        });
    }

    /** Floats of an image's dy in a strip: (row, vector, filter, lane). */
    private int packedImage() {
        return s.outHeight() * panels.groups() * wide * LANES;
    }

    /** Lanes to spare and filters to spare are zeros. */
    private void pack(float[] dy, int strip, int image, float[] to) {
        int first = strip / strips() * s.groupFilters() + strip % strips() * wide;
        int height = Math.min(wide, s.groupFilters() - strip % strips() * wide);
        int to0 = (strip * s.images() + image) * packedImage();
        for (int f = 0; f < wide; f++) {
            int from = (image * s.filters() + first + f) * s.pixels();
            int at = to0 + f * LANES;
            for (int r = 0; r < s.outHeight(); r++) {
                for (int column = 0; column < s.outWidth(); column += LANES, at += wide * LANES) {
                    int width = f < height ? Math.min(LANES, s.outWidth() - column) : 0;
                    if (width == LANES) {
                        FloatVector.fromArray(S, dy, from + r * s.outWidth() + column).intoArray(to, at);
                    } else {
                        for (int i = 0; i < LANES; i++) {
                            to[at + i] = i < width ? dy[from + r * s.outWidth() + column + i] : 0f;
                        }
                    }
                }
            }
        }
    }

    private void task(int group, int channel, int count, int strip, int stripEnd, float[] packed) {
        Scratch scratch = Scratch.mine();
        int inputRows = panels.inputRows(rows);
        int block = panels.block(count);
        int xImage = inputRows * panels.groups() * block;
        float[] padding = scratch.image(panels.padding(count, inputRows));
        float[] laidOut = scratch.patches(images * xImage);
        int taps = count * s.kernelHeight() * s.kernelWidth();
        int[] starts = scratch.offsets(taps);
        int to = group * s.groupFilters() * s.taps() + channel * s.kernelHeight() * s.kernelWidth();
        for (int t = 0; t < taps; t++) {
            int inChannel = t % (s.kernelHeight() * s.kernelWidth());
            int c = t / (s.kernelHeight() * s.kernelWidth());
            starts[t] = inChannel / s.kernelWidth() * s.dilationHeight() * panels.groups() * block
                    + (c * s.kernelWidth() + inChannel % s.kernelWidth()) * LANES;
        }
        int pairs = Lanes.blocks(taps, step());
        float[] sums = scratch.partial((stripEnd - strip) * pairs * SUMS);
        Arrays.fill(sums, 0, (stripEnd - strip) * pairs * SUMS, 0f);
        for (int image = 0; image < s.images(); image += images) {
            int imagesNow = Math.min(images, s.images() - image);
            for (int row = 0; row < s.outHeight(); row += rows) {
                int rowsNow = Math.min(rows, s.outHeight() - row);
                for (int n = 0; n < imagesNow; n++) {
                    int plane = (image + n) * s.channels() + group * s.groupChannels() + channel;
                    panels.pack(x, plane * s.height() * s.width(), count, row * s.strideHeight(),
                            panels.inputRows(rowsNow), padding, laidOut, n * xImage);
                }
                Chunk chunk = new Chunk(this, laidOut, xImage, block, starts, taps, imagesNow, rowsNow, sums);
                for (int i = strip; i < stripEnd; i++) {
                    int d0 = ((group * strips() + i) * s.images() + image) * packedImage()
                            + row * panels.groups() * wide * LANES;
                    chunk.strip(packed, d0, (i - strip) * pairs * SUMS);
                }
            }
        }
        for (int i = strip; i < stripEnd; i++) {
            for (int t = 0; t < taps; t++) {
                for (int f = 0; f < Math.min(wide, s.groupFilters() - i * wide); f++) {
                    int at = ((i - strip) * pairs + t / step()) * SUMS + (f * step() + t % step()) * LANES;
                    dw[to + (i * wide + f) * s.taps() + t] += Lanes.sum(FloatVector.fromArray(S, sums, at));
                }
            }
        }
    }

    /** Taps that a tile has. */
    private int step() {
        return wide == 1 ? 4 : 2;
    }

    /** Some rows of some images of x, laid out; tap t of the first pixel lies at starts[t]. */
    private record Chunk(RowWeightGradient call, float[] laidOut, int xImage, int block, int[] starts, int taps,
            int images, int rows, float[] sums) {

        /** sums[at ...] += what a strip of filters has with each tap, tile after tile. */
        void strip(float[] dy, int d0, int at) {
            int perRow = call.panels.groups();
            int stride = call.s.strideHeight();
            // Rows of stride 1 follow each other, so that all of an image's are one run.
            int runs = stride == 1 ? 1 : rows;
            int steps = stride == 1 ? rows * perRow : perRow;
            int last = taps - 1;
            for (int t = 0; t < taps; t += call.step(), at += SUMS) {
                for (int r = 0; r < runs; r++) {
                    int from = r * stride * perRow * block;
                    int d = d0 + r * perRow * call.wide * LANES;
                    int x0 = from + starts[t];
                    int x1 = from + starts[Math.min(t + 1, last)];
                    if (call.wide == 1) {
                        oneByFour(images, steps, laidOut, x0, x1, from + starts[Math.min(t + 2, last)],
                                from + starts[Math.min(t + 3, last)], block, xImage, dy, d, call.packedImage(), sums,
                                at);
                    } else {
                        fourByTwo(images, steps, laidOut, x0, x1, block, xImage, dy, d, call.packedImage(), sums, at);
                    }
                }
            }
        }
    }

    /**
     * Vector 2 f + t of sums += products of filter f of dy with tap t of x, over {@code images} of {@code steps} vectors
     * each.
     */
    private static void fourByTwo(int images, int steps, float[] x, int x0, int x1, int xStep, int xImage, float[] dy,
            int d0, int dImage, float[] sums, int at) {
        FloatVector c00 = FloatVector.fromArray(S, sums, at);
        FloatVector c01 = FloatVector.fromArray(S, sums, at + LANES);
        FloatVector c10 = FloatVector.fromArray(S, sums, at + 2 * LANES);
        FloatVector c11 = FloatVector.fromArray(S, sums, at + 3 * LANES);
        FloatVector c20 = FloatVector.fromArray(S, sums, at + 4 * LANES);
        FloatVector c21 = FloatVector.fromArray(S, sums, at + 5 * LANES);
        FloatVector c30 = FloatVector.fromArray(S, sums, at + 6 * LANES);
        FloatVector c31 = FloatVector.fromArray(S, sums, at + 7 * LANES);
        for (int n = 0; n < images; n++) {
            for (int i = 0, j = x0, k = x1, d = d0; i < steps; i++, j += xStep, k += xStep, d += FILTERS * LANES) {
                FloatVector a = FloatVector.fromArray(S, x, j);
                FloatVector b = FloatVector.fromArray(S, x, k);
                FloatVector y0 = FloatVector.fromArray(S, dy, d);
                c00 = y0.fma(a, c00);
                c01 = y0.fma(b, c01);
                FloatVector y1 = FloatVector.fromArray(S, dy, d + LANES);
                c10 = y1.fma(a, c10);
                c11 = y1.fma(b, c11);
                FloatVector y2 = FloatVector.fromArray(S, dy, d + 2 * LANES);
                c20 = y2.fma(a, c20);
                c21 = y2.fma(b, c21);
                FloatVector y3 = FloatVector.fromArray(S, dy, d + 3 * LANES);
                c30 = y3.fma(a, c30);
                c31 = y3.fma(b, c31);
            }
            x0 += xImage;
            x1 += xImage;
            d0 += dImage;
        }
        c00.intoArray(sums, at);
        c01.intoArray(sums, at + LANES);
        c10.intoArray(sums, at + 2 * LANES);
        c11.intoArray(sums, at + 3 * LANES);
        c20.intoArray(sums, at + 4 * LANES);
        c21.intoArray(sums, at + 5 * LANES);
        c30.intoArray(sums, at + 6 * LANES);
        c31.intoArray(sums, at + 7 * LANES);
    }

    /** The same of one filter and four taps. */
    private static void oneByFour(int images, int steps, float[] x, int x0, int x1, int x2, int x3, int xStep,
            int xImage, float[] dy, int d0, int dImage, float[] sums, int at) {
        FloatVector c0 = FloatVector.fromArray(S, sums, at);
        FloatVector c1 = FloatVector.fromArray(S, sums, at + LANES);
        FloatVector c2 = FloatVector.fromArray(S, sums, at + 2 * LANES);
        FloatVector c3 = FloatVector.fromArray(S, sums, at + 3 * LANES);
        for (int n = 0; n < images; n++) {
            for (int i = 0, j = 0, d = d0; i < steps; i++, j += xStep, d += LANES) {
                FloatVector y = FloatVector.fromArray(S, dy, d);
                c0 = y.fma(FloatVector.fromArray(S, x, x0 + j), c0);
                c1 = y.fma(FloatVector.fromArray(S, x, x1 + j), c1);
                c2 = y.fma(FloatVector.fromArray(S, x, x2 + j), c2);
                c3 = y.fma(FloatVector.fromArray(S, x, x3 + j), c3);
            }
            x0 += xImage;
            x1 += xImage;
            x2 += xImage;
            x3 += xImage;
            d0 += dImage;
        }
        c0.intoArray(sums, at);
        c1.intoArray(sums, at + LANES);
        c2.intoArray(sums, at + 2 * LANES);
        c3.intoArray(sums, at + 3 * LANES);
    }
}
