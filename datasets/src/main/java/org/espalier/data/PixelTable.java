package org.espalier.data;

/**
 * A {@link Preprocessing} worked out for each of the 256 pixel values of each channel: a look-up a pixel is quicker
 * than the arithmetic, and rounds the same.
 */
public final class PixelTable {
    private final float[] values;

    /** @param values {@code [channels,256]}, kept and not copied */
    PixelTable(float[] values) {
        this.values = values;
    }

    /** Decodes {@code length} pixels: {@code values.length / 256} channel planes of equal size. */
    void decode(byte[] pixels, int from, float[] target, int at, int length) {
        int channels = values.length / 256;
        int plane = length / channels;
        for (int c = 0; c < channels; c++) {
            int row = c * 256;
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                target[at + i] = values[row + (pixels[from + i] & 0xff)];
            }
        }
    }
}
