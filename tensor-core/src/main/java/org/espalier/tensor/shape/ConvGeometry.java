package org.espalier.tensor.shape;

/**
 * How a two-dimensional convolution (cross-correlation) slides: stride, symmetric zero padding, dilation, and the groups
 * its channels fall into. Input is NCHW, weights are OIHW with I = input channels / groups.
 */
public record ConvGeometry(
        int strideH, int strideW, int padH, int padW, int dilationH, int dilationW, int groups) {

    public ConvGeometry {
        if (strideH < 1 || strideW < 1 || dilationH < 1 || dilationW < 1 || groups < 1 || padH < 0 || padW < 0) {
            throw new IllegalArgumentException(
                    "convolution needs stride, dilation and groups of at least 1 and padding of at least 0, got stride "
                            + strideH + "x" + strideW + ", padding " + padH + "x" + padW + ", dilation " + dilationH
                            + "x" + dilationW
                            + ", groups " + groups);
        }
    }

    /** Square stride and padding, no dilation, one group. */
    public static ConvGeometry of(int stride, int padding) {
        return new ConvGeometry(stride, stride, padding, padding, 1, 1, 1);
    }

    /** The same geometry with another number of groups. */
    public ConvGeometry withGroups(int groups) {
        return new ConvGeometry(strideH, strideW, padH, padW, dilationH, dilationW, groups);
    }

    /** Rows of the output for an input of {@code height} rows and a kernel of {@code kernel} rows; 0 if it does not fit. */
    public int outputHeight(int height, int kernel) {
        return outputLength(height, kernel, strideH, padH, dilationH);
    }

    /** Columns of the output, see {@link #outputHeight}. */
    public int outputWidth(int width, int kernel) {
        return outputLength(width, kernel, strideW, padW, dilationW);
    }

    /**
     * Shape of the output {@code [n, out, h, w]}.
     *
     * @param input {@code [n, in, h, w]}
     * @param weight {@code [out, in/groups, kh, kw]}
     * @throws IllegalArgumentException if ranks or channels do not fit, naming both shapes
     */
    public Shape outputShape(Shape input, Shape weight) {
        if (input.rank() != 4 || weight.rank() != 4) {
            throw new IllegalArgumentException(
                    "convolution needs an input [n,c,h,w] and weights [o,i,kh,kw], got " + input + " and " + weight);
        }
        if (input.axis(1) != weight.axis(1) * groups || weight.axis(0) % groups != 0) {
            throw new IllegalArgumentException(
                    "convolution of " + input + " in " + groups + " group(s) does not fit weights " + weight
                            + ": expected " + input.axis(1) + " input channels = groups x " + weight.axis(1) + ", and "
                            + weight.axis(0)
                            + " outputs divisible by the groups");
        }
        int h = outputHeight(input.axis(2), weight.axis(2));
        int w = outputWidth(input.axis(3), weight.axis(3));
        if (h < 1 || w < 1) {
            throw new IllegalArgumentException(
                    "a " + weight.axis(2) + "x" + weight.axis(3) + " kernel does not fit an input of " + input);
        }
        return Shape.of(input.axis(0), weight.axis(0), h, w);
    }

    static int outputLength(int length, int kernel, int stride, int pad, int dilation) {
        int room = length + 2 * pad - dilation * (kernel - 1) - 1;
        return room < 0 ? 0 : room / stride + 1;
    }
}
