package org.espalier.tensor.cpu;

import org.jspecify.annotations.Nullable;

/**
 * A small operand repeated over a large one: biases, and scales and shifts of channels. The output may be the large
 * input.
 */
public final class Broadcast {

    private static final double TOUCH = 8;

    private Broadcast() {}

    /** out (rows, columns) = x + bias (columns) in each row. */
    public static void addToRows(Workers workers, int rows, int columns, float[] x, float[] bias, float[] out) {
        Chunks.rows(workers, rows, columns, TOUCH, (from, end) -> {
            for (int r = from; r < end; r++) {
                int at = r * columns;
                for (int j = 0; j < columns; j++) {
                    out[at + j] = x[at + j] + bias[j];
                }
            }
        });
    }

    /**
     * out (images, channels, area) = scale (channels) x + shift (channels), rounded once; without scale x + shift,
     * without shift scale x.
     */
    public static void overChannels(Workers workers, int images, int channels, int area, float[] x,
            float @Nullable [] scale,
            float @Nullable [] shift, float[] out) {
        Chunks.rows(workers, images * channels, area, TOUCH, (from, end) -> {
            for (int plane = from; plane < end; plane++) {
                int channel = plane % channels;
                // 1 x + shift and scale x + -0 are exact in their product or sum: one loop serves all three.
                float factor = scale == null ? 1f : scale[channel];
                float term = shift == null ? -0f : shift[channel];
                for (int i = plane * area; i < (plane + 1) * area; i++) {
                    out[i] = Math.fma(factor, x[i], term);
                }
            }
        });
    }
}
