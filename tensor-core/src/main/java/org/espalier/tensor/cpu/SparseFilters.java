package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A convolution whose filters are rows of a sparse matrix, for images of one size. A task lays out some rows of an image,
 * once for each column of the kernel, shifted by it and as wide as the output: then the pixels that one weight meets, for
 * several rows of the output, lie side by side, and {@link SparseKernels} multiplies them as it does samples. Patches
 * (im2col) would be as many copies as the kernel has rows and columns.
 *
 * <p>With a stride of s, rows that are s apart make a plane, so that those of neighbouring outputs lie together.
 */
final class SparseFilters {
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    /** Floats of a laid-out tile: 256 KiB, a quarter of L2. */
    private static final int TILE = 1 << 16;

    private final ConvShape shape;
    private final int[] starts;
    private final int[] offsets;
    /** Rows of the output in a tile. */
    private final int tileRows;
    /** Rows of a plane: those of the tile, and as many as the kernel reaches on. */
    private final int planeRows;

    /** @param shape of one image */
    SparseFilters(ConvShape shape, int[] starts, int[] columnOf) {
        this.shape = shape;
        this.starts = starts;
        int reach = (shape.kernelHeight() - 1) * shape.dilationHeight() / shape.strideHeight();
        int each = Math.max(1, shape.channels() * shape.kernelWidth() * shape.strideHeight() * shape.outWidth());
        tileRows = Math.clamp(TILE / each - reach, 1, Math.max(1, shape.outHeight()));
        planeRows = tileRows + reach;
        offsets = new int[starts[shape.filters()]];
        for (int f = 0; f < shape.filters(); f++) {
            int firstChannel = f / Math.max(1, shape.groupFilters()) * shape.groupChannels();
            for (int z = starts[f]; z < starts[f + 1]; z++) {
                offsets[z] = offset(firstChannel, columnOf[z]);
            }
        }
    }

    private int offset(int firstChannel, int column) {
        int kx = column % shape.kernelWidth();
        int ky = column / shape.kernelWidth() % shape.kernelHeight() * shape.dilationHeight();
        int channel = firstChannel + column / (shape.kernelWidth() * shape.kernelHeight());
        return plane(channel, kx, ky % shape.strideHeight()) + ky / shape.strideHeight() * shape.outWidth();
    }

    /** Where the rows begin that are {@code phase} behind a multiple of the stride, shifted for a column of the kernel. */
    private int plane(int channel, int kx, int phase) {
        int planes = (channel * shape.kernelWidth() + kx) * shape.strideHeight() + phase;
        return planes * planeRows * shape.outWidth();
    }

    /** y (images, filters, rows, columns) = the convolution of x (images, channels, height, width), finished. */
    void convolve(Workers workers, int images, float[] values, float[] x, Finish finish, float[] y) {
        int tiles = Lanes.blocks(shape.outHeight(), tileRows);
        double cost = 2.0 * images * shape.pixels() * offsets.length;
        workers.parallel(images * tiles, cost,
                task -> tile(task / tiles, task % tiles * tileRows, values, x, finish, y));
    }

    private void tile(int image, int firstRow, float[] values, float[] x, Finish finish, float[] y) {
        int rows = Math.min(tileRows, shape.outHeight() - firstRow);
        float[] laid = Scratch.mine().patches(plane(shape.channels(), 0, 0) + SparseKernels.WIDEST);
        for (int c = 0; c < shape.channels(); c++) {
            layOut(x, (image * shape.channels() + c) * shape.height() * shape.width(), c, firstRow, rows, laid);
        }
        int pixels = rows * shape.outWidth();
        int to = image * shape.filters() * shape.pixels() + firstRow * shape.outWidth();
        int width;
        for (int pixel = 0; pixel < pixels; pixel += width) {
            width = SparseKernels.width(pixels - pixel);
            strip(values, laid, pixel, width, Math.min(width, pixels - pixel), y, to + pixel);
        }
        for (int f = 0; f < shape.filters(); f++) {
            finish.apply(y, to + f * shape.pixels(), pixels, f);
        }
    }

    private void strip(float[] values, float[] laid, int pixel, int width, int count, float[] y, int to) {
        if (count == width) {
            SparseKernels.multiply(width, shape.filters(), starts, 1, 0, offsets, values, laid, pixel, 1,
                    SparseKernels.ZEROS, 0, 0, y, to, shape.pixels());
            return;
        }
        float[] sums = Scratch.mine().block(shape.filters() * width);
        SparseKernels.multiply(width, shape.filters(), starts, 1, 0, offsets, values, laid, pixel, 1,
                SparseKernels.ZEROS, 0, 0, sums, 0, width);
        for (int f = 0; f < shape.filters(); f++) {
            System.arraycopy(sums, f * width, y, to + f * shape.pixels(), count);
        }
    }

    private void layOut(float[] x, int from, int channel, int firstRow, int rows, float[] laid) {
        int all = rows + planeRows - tileRows;
        for (int kx = 0; kx < shape.kernelWidth(); kx++) {
            int shift = kx * shape.dilationWidth() - shape.padWidth();
            int first = Math.clamp(Math.ceilDiv(-shift, shape.strideWidth()), 0, shape.outWidth());
            int end = Math.clamp(Math.floorDiv(shape.width() - 1 - shift, shape.strideWidth()) + 1L, first,
                    shape.outWidth());
            for (int phase = 0; phase < shape.strideHeight(); phase++) {
                int row = firstRow * shape.strideHeight() + phase - shape.padHeight();
                int top = Math.clamp(Math.ceilDiv(-row, shape.strideHeight()), 0, all);
                int bottom = Math.clamp(Math.floorDiv(shape.height() - 1 - row, shape.strideHeight()) + 1L, top, all);
                int to = plane(channel, kx, phase);
                zeros(laid, to, top * shape.outWidth());
                rows(bottom - top, x, from + (row + top * shape.strideHeight()) * shape.width() + shift, first, end,
                        laid, to + top * shape.outWidth());
                zeros(laid, to + bottom * shape.outWidth(), (all - bottom) * shape.outWidth());
            }
        }
    }

    /** Rows of the image, {@code strideHeight} apart: pixels from {@code first} to {@code end}, zeros around them. */
    private void rows(int rows, float[] x, int from, int first, int end, float[] laid, int to) {
        int width = shape.outWidth();
        int fromStep = shape.strideHeight() * shape.width();
        if (shape.strideWidth() == 1 && end - first >= LANES) {
            vectors(rows, end - first, x, from + first, fromStep, laid, to + first, width);
        } else {
            for (int r = 0; r < rows; r++) {
                for (int i = first; i < end; i++) {
                    laid[to + r * width + i] = x[from + r * fromStep + i * shape.strideWidth()];
                }
            }
        }
        if (first > 0 || end < width) {
            for (int r = 0; r < rows; r++) {
                zeros(laid, to + r * width, first);
                zeros(laid, to + r * width + end, width - end);
            }
        }
    }

    /** Rows of at least one vector; the last one ends with the row, and overlaps the one before. */
    private static void vectors(int rows, int count, float[] x, int from, int fromStep, float[] laid, int to,
            int toStep) {
        int last = count - LANES;
        for (int r = 0; r < rows; r++) {
            int source = from + r * fromStep;
            int target = to + r * toStep;
            for (int i = 0; i < last; i += LANES) {
                FloatVector.fromArray(S, x, source + i).intoArray(laid, target + i);
            }
            FloatVector.fromArray(S, x, source + last).intoArray(laid, target + last);
        }
    }

    /** A loop: there are few, and often none. */
    private static void zeros(float[] laid, int from, int count) {
        for (int i = from; i < from + count; i++) {
            laid[i] = 0;
        }
    }
}
