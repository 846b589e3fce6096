package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * How a plane is laid out with its padding for windows that slide over it, so that what a tap (one element of the window)
 * meets in neighbouring outputs lies side by side. Elements that are a stride apart, in rows and in columns, make a plane
 * of their own, a phase. All outputs are then one row, with a few of no use between the rows.
 */
final class WindowPlane {

    /** Longer rows of outputs are copied one by one; by columns of vectors, planes of such rows would leave L1. */
    private static final int LONG_ROW = 4 * Lanes.COUNT;

    private final int height;
    private final int width;
    private final int strideHeight;
    private final int strideWidth;
    private final int padHeight;
    private final int padWidth;
    private final int outHeight;
    private final int outWidth;
    /** Phases of rows, and of columns, that windows reach. */
    private final int phasesDown;
    private final int phasesAcross;
    private final int pitch;
    /** Floats of a phase. */
    private final int area;
    /** Rows of the plane that windows reach. */
    private final int rows;
    /** Rows of outputs that may be copied by vectors, which reach beyond a row but not beyond the plane. */
    private final int wholeRows;

    WindowPlane(PoolShape s) {
        this(s.height(), s.width(), s.kernelHeight(), s.kernelWidth(), s.strideHeight(), s.strideWidth(),
                s.padHeight(), s.padWidth(), s.outHeight(), s.outWidth());
    }

    WindowPlane(ConvShape s) {
        this(s.height(), s.width(), (s.kernelHeight() - 1) * s.dilationHeight() + 1,
                (s.kernelWidth() - 1) * s.dilationWidth() + 1, s.strideHeight(), s.strideWidth(), s.padHeight(),
                s.padWidth(), s.outHeight(), s.outWidth());
    }

    private WindowPlane(int height, int width, int reachHeight, int reachWidth, int strideHeight, int strideWidth,
            int padHeight, int padWidth, int outHeight, int outWidth) {
        this.height = height;
        this.width = width;
        this.strideHeight = strideHeight;
        this.strideWidth = strideWidth;
        this.padHeight = padHeight;
        this.padWidth = padWidth;
        this.outHeight = outHeight;
        this.outWidth = outWidth;
        phasesDown = Math.min(strideHeight, reachHeight);
        phasesAcross = Math.min(strideWidth, reachWidth);
        pitch = outWidth + (reachWidth - 1) / strideWidth;
        area = pitch * (outHeight + (reachHeight - 1) / strideHeight);
        rows = Math.clamp((outHeight - 1) * strideHeight + reachHeight - padHeight, 0, height);
        int beyond = outHeight * outWidth - Lanes.roundUp(outWidth, Lanes.COUNT);
        wholeRows = beyond < 0 || outWidth > LONG_ROW ? 0 : beyond / outWidth + 1;
    }

    /** Floats of a plane; a vector that starts at an output's value ends in it. */
    int size() {
        return phasesDown * phasesAcross * area + Lanes.COUNT;
    }

    /** Floats from a row of outputs to the next. */
    int pitch() {
        return pitch;
    }

    /** Floats of the outputs, whole vectors. */
    int outSize() {
        return Lanes.roundUp((outHeight - 1) * pitch + outWidth, Lanes.COUNT);
    }

    /** Where the element in this row and column of the first output's window lies. */
    int offset(int row, int column) {
        return phase(row % strideHeight, column % strideWidth) + row / strideHeight * pitch + column / strideWidth;
    }

    private int phase(int down, int across) {
        return (down * phasesAcross + across) * area;
    }

    /** Lays out the plane that starts at x[from], and leaves the padding as it is. */
    void layOut(float[] x, int from, float[] to) {
        for (int down = 0; down < phasesDown; down++) {
            int above = above(down);
            int h0 = down - padHeight + above * strideHeight;
            for (int across = 0; across < phasesAcross; across++) {
                int column = across - padWidth;
                int first = Math.max(0, Lanes.blocks(-column, strideWidth));
                int end = Math.clamp(Lanes.blocks(width - column, strideWidth), first, Math.max(first, pitch));
                int i = from + column + first * strideWidth;
                int at = phase(down, across) + above * pitch + first;
                for (int h = h0; h < rows; h += strideHeight, at += pitch) {
                    ImageRows.pick(x, i + h * width, strideWidth, end - first, to, at);
                }
            }
        }
    }

    /** Rows of this phase that lie in the padding above. */
    private int above(int down) {
        return Math.max(0, Lanes.blocks(padHeight - down, strideHeight));
    }

    /** The same, where all padding is zeros: faster for strides of 1 and 2. */
    void layOutAmongZeros(float[] x, int from, float[] to) {
        if (strideWidth > 2) {
            layOut(x, from, to);
            return;
        }
        for (int down = 0; down < phasesDown; down++) {
            int above = above(down);
            int h = down - padHeight + above * strideHeight;
            int count = Math.max(0, Lanes.blocks(rows - h, strideHeight));
            for (int across = 0; across < phasesAcross; across++) {
                int at = phase(down, across) + above * pitch;
                if (strideWidth == 1) {
                    ImageRows.copy(x, from + h * width, strideHeight * width, width, -padWidth, count, pitch, to, at);
                } else {
                    ImageRows.copyEverySecond(x, from + h * width, strideHeight * width, width, across - padWidth,
                            count, pitch, to, at);
                }
            }
        }
    }

    /** Lays out values of the outputs, such as their gradient, with zeros between the rows and behind them. */
    void layOutOutputs(float[] dy, int from, float[] to) {
        ImageRows.copy(dy, from, outWidth, outWidth, 0, outHeight, pitch, to, 0);
        Arrays.fill(to, outHeight * pitch, Math.max(outHeight * pitch, outSize()), 0f);
    }

    /** Copies the outputs of use from where they were laid out. */
    void outputs(float[] from, float[] y, int y0) {
        // From the right: what a vector writes beyond its row is the start of the next one, which comes later.
        for (int v = (outWidth - 1) / Lanes.COUNT * Lanes.COUNT; v >= 0; v -= Lanes.COUNT) {
            for (int p = 0, i = v, j = y0 + v; p < wholeRows; p++, i += pitch, j += outWidth) {
                FloatVector.fromArray(Lanes.FLOATS, from, i).intoArray(y, j);
            }
        }
        for (int p = wholeRows; p < outHeight; p++) {
            System.arraycopy(from, p * pitch, y, y0 + p * outWidth, outWidth);
        }
    }
}
