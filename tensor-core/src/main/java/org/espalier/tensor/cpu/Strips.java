package org.espalier.tensor.cpu;

/**
 * How rows are cut into strips for {@link GemmKernels} and {@link ConvolutionKernels}: as many of six as leave no or few rows over, then strips of
 * four, of which the last may be padded. At most one row of seven or more is padding.
 */
final class Strips {

    private static final int TALL = GemmKernels.TALL;
    private static final int ROWS = GemmKernels.ROWS;

    private Strips() {}

    /** Strips of six among those that {@code rows} are cut into; they come first. Five rows over make one more. */
    static int tall(int rows) {
        int whole = rows / TALL;
        return switch (rows % TALL) {
            case 1, 2 -> Math.max(0, whole - 1);
            case 5 -> whole + 1;
            default -> whole;
        };
    }

    /** Strips of both kinds. */
    static int count(int rows) {
        int tall = tall(rows);
        return tall + Lanes.blocks(Math.max(0, rows - tall * TALL), ROWS);
    }

    /** The first row of a strip. */
    static int start(int strip, int tall) {
        return strip <= tall ? strip * TALL : tall * TALL + (strip - tall) * ROWS;
    }

    /** Rows of a strip, those to spare included. */
    static int height(int strip, int tall) {
        return strip < tall ? TALL : ROWS;
    }

    /** Rows with the padding. */
    static int padded(int rows) {
        return start(count(rows), tall(rows));
    }
}
