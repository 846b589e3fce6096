package org.espalier.data;

/**
 * How a resized pixel is made of the pixels around it: the filters of Pillow, stretched when an image shrinks, so that
 * each pixel of the original counts (antialiasing).
 */
public enum Filter {
    /** A triangle, 1 at its pixel and 0 at the next ones. */
    BILINEAR(1),
    /** The cubic convolution of Keys (1981) with {@code a = -1/2}. */
    BICUBIC(2);

    private static final double A = -0.5;

    private final double support;

    Filter(double support) {
        this.support = support;
    }

    /** Beyond this distance from the middle the filter is 0. */
    double support() {
        return support;
    }

    double at(double distance) {
        double x = Math.abs(distance);
        return switch (this) {
            case BILINEAR -> x < 1 ? 1 - x : 0;
            case BICUBIC -> x < 1
                    ? ((A + 2) * x - (A + 3)) * x * x + 1
                    : x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
        };
    }
}
