package org.espalier.tensor.cpu;

/**
 * The gradient by a depthwise convolution's output as the input of another convolution, of stride 1 and with the kernel
 * turned round, which gives the gradient by the input: its values lie a stride apart, zeros between and around them.
 *
 * @param s the convolution that goes forward
 * @param turned the one that goes back
 */
record Spread(ConvShape s, ConvShape turned) {

    static Spread of(ConvShape s) {
        int rows = s.height() + (s.kernelHeight() - 1) * s.dilationHeight();
        int columns = s.width() + (s.kernelWidth() - 1) * s.dilationWidth();
        return new Spread(s, new ConvShape(s.images(), s.channels(), rows, columns, s.channels(), s.kernelHeight(),
                s.kernelWidth(), 1, 1, 0, 0, s.dilationHeight(), s.dilationWidth(), s.channels()));
    }

    /** Lays out the channel that starts at dy[from] among zeros. */
    void fill(float[] dy, int from, float[] to) {
        int width = turned.width();
        int outWidth = s.outWidth();
        int top = (s.kernelHeight() - 1) * s.dilationHeight() - s.padHeight();
        int left = (s.kernelWidth() - 1) * s.dilationWidth() - s.padWidth();
        int first = Math.max(0, Lanes.blocks(-top, s.strideHeight()));
        int end = Math.clamp(Lanes.blocks(turned.height() - top, s.strideHeight()), first,
                Math.max(first, s.outHeight()));
        int at = (top + first * s.strideHeight()) * width;
        if (s.strideHeight() == 1 && s.strideWidth() == 1) {
            ImageRows.copy(dy, from + first * outWidth, outWidth, outWidth, -left, end - first, width, to, at);
            return;
        }
        int q0 = Math.max(0, Lanes.blocks(-left, s.strideWidth()));
        int q1 = Math.min(outWidth, Lanes.blocks(width - left, s.strideWidth()));
        for (int p = first, i = from + first * outWidth; p < end; p++, i += outWidth, at += s.strideHeight() * width) {
            for (int q = q0; q < q1; q++) {
                to[at + left + q * s.strideWidth()] = dy[i + q];
            }
        }
    }
}
