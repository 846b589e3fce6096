package org.espalier.tensor.shape;

/**
 * A pooling window that slides over the planes of an NCHW tensor. Padding is symmetric; for an average it counts as
 * zeros in the sum, and in the divisor only if {@code countPadding}.
 */
public record Window(
        int kernelH, int kernelW, int strideH, int strideW, int padH, int padW, boolean countPadding) {

    public Window {
        if (kernelH < 1 || kernelW < 1 || strideH < 1 || strideW < 1 || padH < 0 || padW < 0 || padH >= kernelH
                || padW >= kernelW) {
            throw new IllegalArgumentException(
                    "pooling needs a window and stride of at least 1 and a padding below the window, got window "
                            + kernelH + "x" + kernelW + ", stride " + strideH + "x" + strideW + ", padding " + padH
                            + "x" + padW);
        }
    }

    /** Square window without padding. */
    public static Window of(int kernel, int stride) {
        return new Window(kernel, kernel, stride, stride, 0, 0, true);
    }

    /**
     * Shape of the pooled {@code [n, c, h, w]}.
     *
     * @throws IllegalArgumentException if the input is not NCHW or smaller than the window
     */
    public Shape outputShape(Shape input) {
        if (input.rank() != 4) {
            throw new IllegalArgumentException("pooling needs [n,c,h,w], got " + input);
        }
        int h = ConvGeometry.outputLength(input.axis(2), kernelH, strideH, padH, 1);
        int w = ConvGeometry.outputLength(input.axis(3), kernelW, strideW, padW, 1);
        if (h < 1 || w < 1 || input.axis(2) < 1 || input.axis(3) < 1) {
            throw new IllegalArgumentException(
                    "a " + kernelH + "x" + kernelW + " window does not fit an input of " + input);
        }
        return Shape.of(input.axis(0), input.axis(1), h, w);
    }
}
