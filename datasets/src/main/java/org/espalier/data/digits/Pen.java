package org.espalier.data.digits;

import java.util.Arrays;
import org.espalier.data.SplitMix64;

/**
 * A round pen over a square of {@link #SIZE} x {@link #SIZE} pixels. Lines only lower the distance of the pixels around
 * them; {@link #ink} turns distances into grey values. Reused from image to image; not for several threads at once.
 */
final class Pen {
    /** Pixels a side. */
    static final int SIZE = 28;

    /** Beyond this distance from a line's middle no pen here leaves ink. */
    private static final double REACH = 3;

    /** Squared distance of each pixel's centre to the nearest line. */
    private final double[] nearest = new double[SIZE * SIZE];

    Pen() {
        lift();
    }

    /** Forgets all lines. */
    void lift() {
        Arrays.fill(nearest, REACH * REACH);
    }

    /** A line from (x0,y0) to (x1,y1) in pixels; the centre of the first pixel is (0.5,0.5). */
    void line(double x0, double y0, double x1, double y1) {
        double dx = x1 - x0;
        double dy = y1 - y0;
        double square = dx * dx + dy * dy;
        int left = clamp(Math.min(x0, x1) - REACH);
        int right = clamp(Math.max(x0, x1) + REACH);
        int top = clamp(Math.min(y0, y1) - REACH);
        int bottom = clamp(Math.max(y0, y1) + REACH);
        for (int row = top; row <= bottom; row++) {
            double py = row + 0.5 - y0;
            for (int column = left; column <= right; column++) {
                double px = column + 0.5 - x0;
                double along = square == 0 ? 0 : Math.clamp((px * dx + py * dy) / square, 0.0, 1.0);
                double ex = px - along * dx;
                double ey = py - along * dy;
                int pixel = row * SIZE + column;
                nearest[pixel] = Math.min(nearest[pixel], ex * ex + ey * ey);
            }
        }
    }

    /**
     * Writes the lines as grey values, 0 paper and 255 full ink.
     *
     * @param radius half the width of a line, in pixels; its edge is one pixel soft
     * @param strength how black full ink is, 0..1
     * @param grain deviation of the ink's random unevenness, 0..1
     */
    void ink(double radius, double strength, double grain, SplitMix64 random, byte[] pixels, int at) {
        double outside = (radius + 0.5) * (radius + 0.5);
        for (int i = 0; i < nearest.length; i++) {
            double grey = 0;
            if (nearest[i] < outside) {
                double cover = Math.min(1, radius + 0.5 - Math.sqrt(nearest[i]));
                grey = 255 * cover * strength * (1 + grain * random.bell());
            }
            pixels[at + i] = (byte) (int) Math.clamp(grey + 0.5, 0.0, 255.0);
        }
    }

    private static int clamp(double coordinate) {
        return (int) Math.clamp(Math.floor(coordinate), 0.0, SIZE - 1.0);
    }
}
