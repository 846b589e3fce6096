package org.espalier.tensor.cpu;

/** A small operand repeated over a large one: biases, and scales of channels. The output may be the large input. */
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

    /** out (images, channels, area) = x + bias (channels) in each plane. */
    public static void addToChannels(Workers workers, int images, int channels, int area, float[] x, float[] bias,
            float[] out) {
        Chunks.rows(workers, images * channels, area, TOUCH, (from, end) -> {
            for (int plane = from; plane < end; plane++) {
                float term = bias[plane % channels];
                for (int i = plane * area; i < (plane + 1) * area; i++) {
                    out[i] = x[i] + term;
                }
            }
        });
    }

    /** out (images, channels, area) = scale (channels) x in each plane. */
    public static void scaleChannels(Workers workers, int images, int channels, int area, float[] x, float[] scale,
            float[] out) {
        Chunks.rows(workers, images * channels, area, TOUCH, (from, end) -> {
            for (int plane = from; plane < end; plane++) {
                float factor = scale[plane % channels];
                for (int i = plane * area; i < (plane + 1) * area; i++) {
                    out[i] = factor * x[i];
                }
            }
        });
    }
}
