package org.espalier.tensor.cpu;

/**
 * Sizes of a pooling window over planes (images x channels of them): input (planes, height, width), output (planes,
 * {@link #outHeight()}, {@link #outWidth()}). If {@code ceil}, a last window that overhangs counts, too, provided that
 * it starts inside the input or its left padding.
 */
public record PoolShape(int planes, int height, int width, int kernelHeight, int kernelWidth, int strideHeight,
        int strideWidth,
        int padHeight, int padWidth, boolean ceil) {

    /**
     * Checks that the sizes fit.
     *
     * @throws IllegalArgumentException if a size is out of its range, or padding reaches a whole window
     */
    public PoolShape {
        if (planes < 0 || height < 0 || width < 0 || kernelHeight < 1 || kernelWidth < 1 || strideHeight < 1
                || strideWidth < 1
                || padHeight < 0 || padWidth < 0 || padHeight >= kernelHeight || padWidth >= kernelWidth) {
            throw new IllegalArgumentException("PoolShape: " + planes + " planes " + height + "x" + width + ", window "
                    + kernelHeight + "x"
                    + kernelWidth + ", stride " + strideHeight + "x" + strideWidth + ", padding " + padHeight + "x"
                    + padWidth
                    + ": sizes of 0 or more are expected, window and stride of 1 or more, padding below the window");
        }
    }

    /** A square window of {@code kernel} that moves by {@code stride}, without padding. */
    public static PoolShape of(int planes, int height, int width, int kernel, int stride) {
        return new PoolShape(planes, height, width, kernel, kernel, stride, stride, 0, 0, false);
    }

    /** Rows of the output, 0 if the window does not fit. */
    public int outHeight() {
        return out(height, kernelHeight, strideHeight, padHeight);
    }

    /** Columns of the output, 0 if the window does not fit. */
    public int outWidth() {
        return out(width, kernelWidth, strideWidth, padWidth);
    }

    private int out(int size, int kernel, int stride, int pad) {
        int room = size + 2 * pad - kernel;
        if (size == 0 || room < 0 && !ceil) {
            return 0;
        }
        int out = (ceil ? Math.ceilDiv(Math.max(0, room), stride) : room / stride) + 1;
        return ceil && (out - 1) * stride >= size + pad ? out - 1 : out;
    }

    int inSize() {
        return height * width;
    }

    int outSize() {
        return outHeight() * outWidth();
    }

    // The part of window p (rows) or q (columns) that lies in the input.

    int top(int p) {
        return Math.max(0, p * strideHeight - padHeight);
    }

    int bottom(int p) {
        return Math.min(height, p * strideHeight - padHeight + kernelHeight);
    }

    int left(int q) {
        return Math.max(0, q * strideWidth - padWidth);
    }

    int right(int q) {
        return Math.min(width, q * strideWidth - padWidth + kernelWidth);
    }

    /** Rows of the windows of row p: those in the input or, if padding counts, those in the padded input. */
    int rows(int p, boolean countPadding) {
        return countPadding ? Math.min(kernelHeight, height + 2 * padHeight - p * strideHeight) : bottom(p) - top(p);
    }

    /** The same of columns, for the windows of column q. */
    int columns(int q, boolean countPadding) {
        return countPadding ? Math.min(kernelWidth, width + 2 * padWidth - q * strideWidth) : right(q) - left(q);
    }

    void check(String what, int input, int output) {
        if (input < (long) planes * inSize() || output < (long) planes * outSize()) {
            throw new IllegalArgumentException(
                    what + ": arrays of " + input + " and " + output + " floats are too short; " + this);
        }
    }
}
