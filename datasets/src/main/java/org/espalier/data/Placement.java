package org.espalier.data;

/**
 * How a picture becomes a sample: a box is cut out of it, the box is resized, and the sample is a window on that, which may
 * reach beyond it; at last it is mirrored and turned. All steps that sets are read and augmented by are such values.
 *
 * @param boxTop the box's first row in the picture
 * @param boxLeft the box's first column
 * @param boxHeight rows of the box
 * @param boxWidth columns of the box
 * @param height rows that the box is resized to
 * @param width columns that the box is resized to
 * @param top first row of the window on the resized box; may be negative or beyond its end
 * @param left first column of the window
 * @param flipped whether left and right change places
 * @param filter how it is resized, if it is
 * @param outside what the window shows beyond the resized box
 * @param degrees how far the sample is turned clockwise about its middle, between its pixels bilinearly; what was beyond
 *     its edges is the nearest of its pixels
 */
public record Placement(int boxTop, int boxLeft, int boxHeight, int boxWidth, int height, int width, int top, int left,
        boolean flipped, Filter filter, Outside outside, double degrees) {
    public Placement {
        if (boxHeight < 1 || boxWidth < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("a box of " + boxHeight + " x " + boxWidth
                    + " pixels can't become one of " + height + " x " + width);
        }
        if (!Double.isFinite(degrees)) {
            throw new IllegalArgumentException("a sample turned by " + degrees + " degrees");
        }
    }

    /** With black around it, and not turned. */
    public Placement(int boxTop, int boxLeft, int boxHeight, int boxWidth, int height, int width, int top, int left,
            boolean flipped, Filter filter) {
        this(boxTop, boxLeft, boxHeight, boxWidth, height, width, top, left, flipped, filter, Outside.BLACK, 0);
    }

    /** A picture of this size as it is. */
    public static Placement asItIs(int height, int width) {
        return new Placement(0, 0, height, width, height, width, 0, 0, false, Filter.BILINEAR);
    }

    /** The window moved down and to the right. */
    public Placement shifted(int rows, int columns) {
        return new Placement(boxTop, boxLeft, boxHeight, boxWidth, height, width, top + rows, left + columns, flipped,
                filter, outside, degrees);
    }

    /** With left and right exchanged, or not. */
    public Placement flipped(boolean flip) {
        return new Placement(boxTop, boxLeft, boxHeight, boxWidth, height, width, top, left, flip, filter,
                outside, degrees);
    }

    /** With this beyond the resized box. */
    public Placement with(Outside beyond) {
        return new Placement(boxTop, boxLeft, boxHeight, boxWidth, height, width, top, left, flipped, filter, beyond,
                degrees);
    }

    /** Turned so far clockwise, counted from how the picture lies. */
    public Placement turned(double clockwise) {
        return new Placement(boxTop, boxLeft, boxHeight, boxWidth, height, width, top, left, flipped, filter, outside,
                clockwise);
    }
}
