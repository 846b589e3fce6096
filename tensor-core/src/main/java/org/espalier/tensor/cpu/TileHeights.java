package org.espalier.tensor.cpu;

/**
 * How the rows of a product are cut into the tiles of {@link ConvolutionKernels}: sixes first, then fours, so that few
 * rows are to spare.
 *
 * @param sixes tiles of six rows
 * @param fours tiles of four rows; the last rows of the last tile may be to spare
 */
record TileHeights(int sixes, int fours) {

    private static final int SIX = ConvolutionKernels.SIX;
    private static final int FOUR = ConvolutionKernels.FOUR;

    static TileHeights of(int rows) {
        int sixes = rows / SIX;
        return switch (rows % SIX) {
            case 0 -> new TileHeights(sixes, 0);
            case 5 -> new TileHeights(sixes + 1, 0);
            case 3, 4 -> new TileHeights(sixes, 1);
            default -> sixes > 0 ? new TileHeights(sixes - 1, 2) : new TileHeights(0, 1);
        };
    }

    int tiles() {
        return sixes + fours;
    }

    int height(int tile) {
        return tile < sixes ? SIX : FOUR;
    }

    /** First row of a tile; of the tile after the last, the rows with those to spare. */
    int first(int tile) {
        return SIX * Math.min(tile, sixes) + FOUR * Math.max(0, tile - sixes);
    }

    /** All rows, with those to spare. */
    int rows() {
        return first(tiles());
    }
}
