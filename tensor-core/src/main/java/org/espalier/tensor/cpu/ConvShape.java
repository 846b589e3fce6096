package org.espalier.tensor.cpu;

/**
 * Sizes of a two-dimensional convolution: input (images, channels, height, width), weight (filters, channels / groups,
 * kernelHeight, kernelWidth), output (images, filters, {@link #outHeight()}, {@link #outWidth()}). Padding is zeros, as
 * many on either side, and they are multiplied like any other value (0 times infinity is NaN).
 */
public record ConvShape(int images, int channels, int height, int width, int filters, int kernelHeight, int kernelWidth,
        int strideHeight, int strideWidth, int padHeight, int padWidth, int dilationHeight, int dilationWidth,
        int groups) {

    /**
     * Checks that the sizes fit.
     *
     * @throws IllegalArgumentException if a size is out of its range, or groups don't divide channels and filters
     */
    public ConvShape {
        boolean sizes = images >= 0 && channels >= 0 && height >= 0 && width >= 0 && filters >= 0 && padHeight >= 0
                && padWidth >= 0;
        boolean steps = kernelHeight > 0 && kernelWidth > 0 && strideHeight > 0 && strideWidth > 0 && dilationHeight > 0
                && dilationWidth > 0 && groups > 0;
        if (!sizes || !steps || channels % groups != 0 || filters % groups != 0) {
            throw new IllegalArgumentException("ConvShape: " + images + "x" + channels + "x" + height + "x" + width
                    + ", " + filters
                    + " filters " + kernelHeight + "x" + kernelWidth + ", stride " + strideHeight + "x" + strideWidth
                    + ", padding "
                    + padHeight + "x" + padWidth + ", dilation " + dilationHeight + "x" + dilationWidth + ", groups "
                    + groups
                    + ": sizes of 0 or more are expected, kernel, stride, dilation and groups of 1 or more, "
                    + "groups that divide");
        }
    }

    /** Stride 1, no padding, no dilation, one group. */
    public static ConvShape valid(int images, int channels, int height, int width, int filters, int kernelHeight,
            int kernelWidth) {
        return new ConvShape(images, channels, height, width, filters, kernelHeight, kernelWidth, 1, 1, 0, 0, 1, 1, 1);
    }

    /** The same for one image. */
    ConvShape oneImage() {
        return new ConvShape(1, channels, height, width, filters, kernelHeight, kernelWidth, strideHeight, strideWidth,
                padHeight, padWidth, dilationHeight, dilationWidth, groups);
    }

    /** Rows of the output, 0 if the kernel does not fit. */
    public int outHeight() {
        return Math.max(0, Math.floorDiv(paddedHeight() - dilationHeight * (kernelHeight - 1) - 1, strideHeight) + 1);
    }

    /** Columns of the output, 0 if the kernel does not fit. */
    public int outWidth() {
        return Math.max(0, Math.floorDiv(paddedWidth() - dilationWidth * (kernelWidth - 1) - 1, strideWidth) + 1);
    }

    int paddedHeight() {
        return height + 2 * padHeight;
    }

    int paddedWidth() {
        return width + 2 * padWidth;
    }

    boolean padded() {
        return padHeight > 0 || padWidth > 0;
    }

    /** Output positions of one image. */
    int pixels() {
        return outHeight() * outWidth();
    }

    int groupChannels() {
        return channels / groups;
    }

    int groupFilters() {
        return filters / groups;
    }

    /** Weights of one filter: the depth of the forward product. */
    int taps() {
        return groupChannels() * kernelHeight * kernelWidth;
    }

    double flops() {
        return 2.0 * images * filters * pixels() * taps();
    }

    /** Checks that arrays for input, weight and output are long enough. */
    void check(String what, float[] input, float[] weight, float[] output) {
        check(what, "input", input, (long) images * channels * height * width);
        check(what, "weight", weight, (long) filters * taps());
        check(what, "output", output, (long) images * filters * pixels());
    }

    private void check(String what, String name, float[] array, long count) {
        if (array.length < count) {
            throw new IllegalArgumentException(
                    what + ": " + name + " needs " + count + " floats, the array has " + array.length + "; " + this);
        }
    }
}
