package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Rows of images, laid out for {@link RowConvolution}: for a group of as many output columns as a vector has lanes,
 * an input row, a channel and a column of the kernel, the lanes that these outputs need, one after the other. So an input
 * pixel is copied once for each column of the kernel and not once for each of its taps, and what the
 * kernel needs lies in one piece: (group, row, channel, kernel column, lane).
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
     * instead costs about as much as 6 filters do, and never less than half of the time.
     */
    boolean pays() {
        long spare = (long) groups * LANES - s.outWidth();
        return spare <= s.outWidth() || spare * s.groupFilters() <= 6L * s.outWidth();
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

    /** Floats of working memory for {@link #pack}. */
    int padding(int channels, int rows) {
        return s.strideWidth() == 1 ? 0 : channels * rows * paddedRow();
    }

    /**
     * Lays out rows of a padded image.
     *
     * @param image where the first of the channels starts in x
     * @param row first row, counted in the padded image
     * @param padding room for {@link #padding} floats
     */
    void pack(float[] x, int image, int channels, int row, int rows, float[] padding, float[] to) {
        if (s.strideWidth() > 1) {
            packStrided(x, image, channels, row, rows, padding, to);
            return;
        }
        int at = 0;
        for (int g = 0; g < groups; g++) {
            for (int r = row - s.padHeight(); r < row - s.padHeight() + rows; r++) {
                if (r < 0 || r >= s.height()) {
                    Arrays.fill(to, at, at + block(channels), 0f);
                } else {
                    line(x, image + r * s.width(), g * LANES - s.padWidth(), channels, to, at);
                }
                at += block(channels);
            }
        }
    }

    /** A row of the image in all channels, from a column that may lie in the padding; the row starts at x[start]. */
    private void line(float[] x, int start, int column, int channels, float[] to, int at) {
        int step = s.height() * s.width();
        int last = (s.kernelWidth() - 1) * s.dilationWidth();
        if (start + column < 0 || start + (channels - 1) * step + column + last + LANES > x.length) {
            lineAtAnEnd(x, start, column, channels, to, at);
        } else if (s.kernelWidth() == 3) {
            lineOfThree(x, start, column, channels, to, at);
        } else {
            for (int k = 0; k < s.kernelWidth(); k++) {
                int from = column + k * s.dilationWidth();
                IntVector inside = ImageRows.inside(from, s.width());
                for (int c = 0, i = start + from, j = at + k * LANES; c < channels; c++, i += step, j +=
                        s.kernelWidth() * LANES) {
                    FloatVector.fromArray(Lanes.FLOATS, x, i).reinterpretAsInts().and(inside).reinterpretAsFloats()
                            .intoArray(to, j);
                }
            }
        }
    }

    private void lineOfThree(float[] x, int start, int column, int channels, float[] to, int at) {
        int step = s.height() * s.width();
        int dilation = s.dilationWidth();
        IntVector inside0 = ImageRows.inside(column, s.width());
        IntVector inside1 = ImageRows.inside(column + dilation, s.width());
        IntVector inside2 = ImageRows.inside(column + 2 * dilation, s.width());
        for (int c = 0, i = start + column, j = at; c < channels; c++, i += step, j += 3 * LANES) {
            FloatVector.fromArray(Lanes.FLOATS, x, i).reinterpretAsInts().and(inside0).reinterpretAsFloats()
                    .intoArray(to, j);
            FloatVector.fromArray(Lanes.FLOATS, x, i + dilation).reinterpretAsInts().and(inside1).reinterpretAsFloats()
                    .intoArray(to, j + LANES);
            FloatVector.fromArray(Lanes.FLOATS, x, i + 2 * dilation).reinterpretAsInts().and(inside2)
                    .reinterpretAsFloats().intoArray(to, j + 2 * LANES);
        }
    }

    /** The same where a vector would reach past an end of the array. */
    private void lineAtAnEnd(float[] x, int start, int column, int channels, float[] to, int at) {
        for (int c = 0; c < channels; c++) {
            for (int k = 0; k < s.kernelWidth(); k++) {
                ImageRows.every(x, start + c * s.height() * s.width(), s.width(), column + k * s.dilationWidth(), 1,
                        LANES, to, at);
                at += LANES;
            }
        }
    }

    /** By way of padded rows in which columns that are a stride apart are neighbours. */
    private void packStrided(float[] x, int image, int channels, int row, int rows, float[] padding, float[] to) {
        pad(x, image, channels, row, rows, padding);
        int at = 0;
        for (int g = 0; g < groups; g++) {
            for (int r = 0; r < rows; r++) {
                copy(padding, r * paddedRow() + g * LANES, rows * paddedRow(), channels, to, at);
                at += block(channels);
            }
        }
    }

    private void copy(float[] from, int start, int channelStep, int channels, float[] to, int to0) {
        int kernel = s.kernelWidth();
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
        } else {
            padStrided(x, plane + row * s.width(), to, at);
        }
    }

    /** Columns f, f + stride, f + 2 stride, ... for each phase f in turn. */
    private void padStrided(float[] x, int from, float[] to, int at) {
        for (int f = 0; f < s.strideWidth(); f++) {
            ImageRows.every(x, from, s.width(), f - s.padWidth(), s.strideWidth(), phase(), to, at + f * phase());
        }
    }
}
