package org.espalier.data;

import java.util.Arrays;

/**
 * Turns samples about their middle, as Keras's image generator and SciPy's {@code affine_transform} of order 1 with
 * {@code mode="nearest"} do: each pixel is the bilinear mean of the four around the place that it comes from, a place
 * beyond the edges counts as the nearest on them. The result is rounded to 8 bits.
 */
final class Turn {
    private Turn() {}

    /**
     * @param sample of {@code [channels,rows,columns]} bytes from the first on
     * @param degrees clockwise, for people who have the first row above
     */
    static void apply(byte[] sample, int channels, int rows, int columns, double degrees) {
        int plane = rows * columns;
        byte[] before = Arrays.copyOf(sample, channels * plane);
        double cos = StrictMath.cos(StrictMath.toRadians(degrees));
        double sin = StrictMath.sin(StrictMath.toRadians(degrees));
        double middleY = (rows - 1) / 2.0;
        double middleX = (columns - 1) / 2.0;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                double right = x - middleX;
                double down = y - middleY;
                double fromY = Math.clamp(middleY + cos * down - sin * right, 0, rows - 1);
                double fromX = Math.clamp(middleX + cos * right + sin * down, 0, columns - 1);
                int top = (int) fromY;
                int left = (int) fromX;
                int below = top + 1 < rows ? columns : 0;
                int beside = left + 1 < columns ? 1 : 0;
                int to = y * columns + x;
                for (int at = top * columns + left; at < before.length; at += plane, to += plane) {
                    double upper = between(before[at], before[at + beside], fromX - left);
                    double lower = between(before[at + below], before[at + below + beside], fromX - left);
                    sample[to] = (byte) (int) (upper + (lower - upper) * (fromY - top) + 0.5);
                }
            }
        }
    }

    private static double between(byte first, byte second, double share) {
        int from = first & 0xff;
        return from + ((second & 0xff) - from) * share;
    }
}
