package org.espalier.data;

/**
 * How a picture becomes a sample: a box is cut out of it, the box is resized, and the sample is a window on that, whose
 * parts outside are black. All steps that sets are read and augmented by are such values.
 *
 * @param boxTop the box's first row in the picture
 * @param boxLeft the box's first column
 * @param boxHeight rows of the box
 * @param boxWidth columns of the box
 * @param height rows that the box is resized to
 * @param width columns that the box is resized to
 * @param top first row of the window on the resized box; may be negative or beyond its end
 * @param left first column of the window
 * @param flipped whether left and right change places at last
 * @param filter how it is resized, if it is
 */
public record Placement(int boxTop, int boxLeft, int boxHeight, int boxWidth, int height, int width, int top, int left,
        boolean flipped, Filter filter) {
    public Placement {
        if (boxHeight < 1 || boxWidth < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("a box of " + boxHeight + " x " + boxWidth
                    + " pixels can't become one of " + height + " x " + width);
        }
    }

    /** A picture of this size as it is. */
    public static Placement asItIs(int height, int width) {
        return new Placement(0, 0, height, width, height, width, 0, 0, false, Filter.BILINEAR);
    }

    /** The window moved down and to the right. */
    public Placement shifted(int rows, int columns) {
        return new Placement(boxTop, boxLeft, boxHeight, boxWidth, height, width, top + rows, left + columns, flipped,
                filter);
    }

    /** With left and right exchanged, or not. */
    public Placement flipped(boolean flip) {
        return new Placement(boxTop, boxLeft, boxHeight, boxWidth, height, width, top, left, flip, filter);
    }
}
