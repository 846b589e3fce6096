package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of images, laid out for {@link RowConvolution}: for an input row, a group of as many output columns as a vector
 * has lanes, a channel and a column of the kernel, the lanes that these outputs need, one after the other. So an input
 * pixel is copied once for each column of the kernel and not once for each of its taps, and what a row of the kernel
 * needs lies in one piece: (row, group, channel, kernel column, lane).
 *
 * @param s the convolution
 * @param groups of columns in a row of the output; the last may have lanes to spare
 */
record RowPanels(ConvShape s, int groups) {

    private static final int LANES = Lanes.COUNT;

    static RowPanels of(ConvShape s) {
        return new RowPanels(s, Lanes.blocks(s.outWidth(), LANES));
    }

    /**
     * True if this is the better layout. Lanes to spare cost their share of the time; copying each tap of each pixel
     * instead costs about as much as 6 filters do.
     */
    boolean pays() {
        return (groups * LANES - s.outWidth()) * (long) s.groupFilters() <= 6L * s.outWidth();
    }

    /** Floats of one row and group with so many channels. */
    int block(int channels) {
        return channels * s.kernelWidth() * LANES;
    }

    /** Rows of the padded input that so many rows of the output need. */
    int inputRows(int outputRows) {
        return (outputRows - 1) * s.strideHeight() + (s.kernelHeight() - 1) * s.dilationHeight() + 1;
    }

    /** Floats of a padded row: all that its phases need, columns that are a stride apart being neighbours. */
    private int paddedRow() {
        return s.strideWidth() * phase();
    }

    private int phase() {
        return groups * LANES + (s.kernelWidth() - 1) * s.dilationWidth() / s.strideWidth();
    }

    /** True if the image itself holds whole vectors wherever one is read. */
    private boolean readsInPlace() {
        return s.padHeight() == 0 && s.padWidth() == 0 && s.strideWidth() == 1 && phase() <= s.width();
    }

    /** Floats of working memory for {@link #pack}. */
    int padding(int channels, int rows) {
        return readsInPlace() ? 0 : channels * rows * paddedRow();
    }

    /**
     * Lays out rows of a padded image.
     *
     * @param image where the first of the channels starts in x
     * @param to0 where the first row goes
     * @param row first row, counted in the padded image
     * @param padding room for {@link #padding} floats
     */
    void pack(float[] x, int image, int channels, int row, int rows, float[] padding, float[] to,
            int to0) {
        float[] from = x;
        int from0 = image + row * s.width();
        int channelStep = s.height() * s.width();
        int rowStep = s.width();
        if (!readsInPlace()) {
            pad(x, image, channels, row, rows, padding);
            from = padding;
            from0 = 0;
            channelStep = rows * paddedRow();
            rowStep = paddedRow();
        }
        int at = to0;
        for (int r = 0; r < rows; r++) {
            for (int g = 0; g < groups; g++) {
                copy(from, from0 + r * rowStep + g * LANES, channelStep, channels, to, at);
                at += block(channels);
            }
        }
    }

    private void copy(float[] from, int start, int channelStep, int channels, float[] to, int to0) {
        int kernel = s.kernelWidth();
        if (s.strideWidth() == 1 && s.dilationWidth() == 1 && kernel == 3) {
            for (int c = 0, i = start, j = to0; c < channels; c++, i += channelStep, j += 3 * LANES) {
                FloatVector.fromArray(Lanes.FLOATS, from, i).intoArray(to, j);
                FloatVector.fromArray(Lanes.FLOATS, from, i + 1).intoArray(to, j + LANES);
                FloatVector.fromArray(Lanes.FLOATS, from, i + 2).intoArray(to, j + 2 * LANES);
            }
            return;
        }
        for (int k = 0; k < kernel; k++) {
            for (int c = 0, i = start + shift(k), j = to0 + k * LANES; c < channels; c++, i += channelStep, j +=
                    kernel * LANES) {
                FloatVector.fromArray(Lanes.FLOATS, from, i).intoArray(to, j);
            }
        }
    }

    /** Where a padded row has the first lane of a column of the kernel. */
    private int shift(int kernelColumn) {
        int column = kernelColumn * s.dilationWidth();
        return column % s.strideWidth() * phase() + column / s.strideWidth();
    }

    private void pad(float[] x, int image, int channels, int row, int rows, float[] to) {
        int at = 0;
        for (int c = 0; c < channels; c++) {
            int plane = image + c * s.height() * s.width();
            for (int r = row - s.padHeight(); r < row - s.padHeight() + rows; r++, at += paddedRow()) {
                anyRow(x, plane, r, to, at);
            }
        }
    }

    private void anyRow(float[] x, int plane, int row, float[] to, int at) {
        if (row < 0 || row >= s.height()) {
            Arrays.fill(to, at, at + paddedRow(), 0f);
        } else if (s.strideWidth() == 1) {
            padRow(x, plane + row * s.width(), to, at);
        } else {
            padStrided(x, plane + row * s.width(), to, at);
        }
    }

    private void padRow(float[] x, int from, float[] to, int at) {
        int start = Math.min(s.padWidth(), phase());
        int count = Math.min(s.width(), phase() - start);
        for (int i = at; i < at + start; i++) {
            to[i] = 0f;
        }
        if (count >= LANES) {
            for (int i = 0; i < count - LANES; i += LANES) {
                FloatVector.fromArray(Lanes.FLOATS, x, from + i).intoArray(to, at + start + i);
            }
            int last = count - LANES;
            FloatVector.fromArray(Lanes.FLOATS, x, from + last).intoArray(to, at + start + last);
        } else {
            for (int i = 0; i < count; i++) {
                to[at + start + i] = x[from + i];
            }
        }
        for (int i = at + start + count; i < at + phase(); i++) {
            to[i] = 0f;
        }
    }

    /** Columns f, f + stride, f + 2 stride, ... for each phase f in turn. */
    private void padStrided(float[] x, int from, float[] to, int at) {
        for (int f = 0; f < s.strideWidth(); f++) {
            int column = f - s.padWidth();
            for (int i = 0; i < phase(); i++, column += s.strideWidth()) {
                to[at + f * phase() + i] = column >= 0 && column < s.width() ? x[from + column] : 0f;
            }
        }
    }
}
