package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The gradient of a convolution by its weights, for images about as wide as a vector or wider: the gradient of one weight
 * is the product, summed over all pixels, of a plane of dy and of a plane of x shifted by the weight's tap. Both are laid
 * out by rows and vectors, x as {@link RowPanels} and dy four filters side by side; the lanes of a vector are
 * neighbouring pixels, and are added up at the end of a chunk.
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

    /** Pixels of a chunk, about: so much of four planes of dy takes 16 KiB of L1. */
    private static final int PIXELS = 1 << 10;
    /** Floats of x laid out for a chunk: 192 KiB of L2. */
    private static final int LAID_OUT = 48 << 10;
    /** Tasks wanted, so that any small number of threads has equal shares. */
    private static final int TASKS = 12;

    /** dw += the gradient by the weights. */
    static void add(Workers workers, ConvShape s, float[] x, float[] dy, float[] dw) {
        RowPanels panels = RowPanels.of(s);
        int row = panels.groups() * LANES;
        int rows = Math.clamp(PIXELS / row, 1, s.outHeight());
        int images = Math.clamp(PIXELS / (rows * row), 1, s.images());
        int floats = images * panels.inputRows(rows) * panels.groups() * panels.block(1);
        int channels = Math.clamp(LAID_OUT / floats, 1, Math.max(1, Lanes.blocks(s.groupChannels(), TASKS)));
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
        for (int image = 0; image < s.images(); image += images) {
            int imagesNow = Math.min(images, s.images() - image);
            for (int row = 0; row < s.outHeight(); row += rows) {
                int rowsNow = Math.min(rows, s.outHeight() - row);
                for (int n = 0; n < imagesNow; n++) {
                    int plane = (image + n) * s.channels() + group * s.groupChannels() + channel;
                    panels.pack(x, plane * s.height() * s.width(), count, row * s.strideHeight(),
                            panels.inputRows(rowsNow), padding, laidOut, n * xImage);
                }
                Chunk chunk = new Chunk(this, laidOut, xImage, block, starts, taps, imagesNow, rowsNow, scratch.tile);
                for (int i = strip; i < stripEnd; i++) {
                    int d0 = ((group * strips() + i) * s.images() + image) * packedImage()
                            + row * panels.groups() * wide * LANES;
                    chunk.strip(packed, d0, to + i * wide * s.taps(), Math.min(wide, s.groupFilters() - i * wide));
                }
            }
        }
    }

    /** Some rows of some images of x, laid out; tap t of the first pixel lies at starts[t]. */
    private record Chunk(RowWeightGradient call, float[] laidOut, int xImage, int block, int[] starts, int taps,
            int images, int rows, float[] sums) {

        /** dw[to + f * taps of a filter + t] += what filter f of a strip has with tap t. */
        void strip(float[] dy, int d0, int to, int height) {
            int perRow = call.panels.groups();
            int stride = call.s.strideHeight();
            // Rows of stride 1 follow each other, so that all of an image's are one run.
            int runs = stride == 1 ? 1 : rows;
            int steps = stride == 1 ? rows * perRow : perRow;
            int xRun = stride * perRow * block;
            int step = call.wide == 1 ? 4 : 2;
            for (int t = 0; t < taps; t += step) {
                int x0 = starts[t];
                int x1 = starts[Math.min(t + 1, taps - 1)];
                for (int i = 0; i < 8; i++) {
                    sums[i] = 0f;
                }
                for (int r = 0; r < runs; r++) {
                    int from = r * xRun;
                    int d = d0 + r * perRow * call.wide * LANES;
                    if (call.wide == 1) {
                        oneByFour(images, steps, laidOut, from + x0, from + x1,
                                from + starts[Math.min(t + 2, taps - 1)], from + starts[Math.min(t + 3, taps - 1)],
                                block, xImage, dy, d, call.packedImage(), sums);
                    } else {
                        fourByTwo(images, steps, laidOut, from + x0, from + x1, block, xImage, dy, d,
                                call.packedImage(), sums);
                    }
                }
                keep(to + t, height, Math.min(step, taps - t));
            }
        }

        private void keep(int to, int height, int count) {
            for (int f = 0; f < height; f++) {
                for (int i = 0; i < count; i++) {
                    call.dw[to + f * call.s.taps() + i] += sums[2 * f + i];
                }
            }
        }
    }

    /**
     * sums[2 f + t] += products of filter f of dy with tap t of x, over {@code images} of {@code steps} vectors each.
     */
    private static void fourByTwo(int images, int steps, float[] x, int x0, int x1, int xStep, int xImage, float[] dy,
            int d0, int dImage, float[] sums) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero, c30 = zero, c31 = zero;
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
        sums[0] += Lanes.sum(c00);
        sums[1] += Lanes.sum(c01);
        sums[2] += Lanes.sum(c10);
        sums[3] += Lanes.sum(c11);
        sums[4] += Lanes.sum(c20);
        sums[5] += Lanes.sum(c21);
        sums[6] += Lanes.sum(c30);
        sums[7] += Lanes.sum(c31);
    }

    /** The same of one filter and four taps. */
    private static void oneByFour(int images, int steps, float[] x, int x0, int x1, int x2, int x3, int xStep,
            int xImage, float[] dy, int d0, int dImage, float[] sums) {
        FloatVector zero = FloatVector.zero(S);
        FloatVector c0 = zero, c1 = zero, c2 = zero, c3 = zero;
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
        sums[0] += Lanes.sum(c0);
        sums[1] += Lanes.sum(c1);
        sums[2] += Lanes.sum(c2);
        sums[3] += Lanes.sum(c3);
    }
}
