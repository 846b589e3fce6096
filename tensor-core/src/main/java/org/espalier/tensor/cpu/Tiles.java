package org.espalier.tensor.cpu;

/** The loops around {@link GemmKernels}: packed strips of rows by packed panels of columns, tile by tile. */
final class Tiles {

    private static final int ROWS = GemmKernels.ROWS;
    private static final int TALL = GemmKernels.TALL;
    private static final int COLUMNS = GemmKernels.COLUMNS;
    /** Strips that all panels are multiplied by in turn: 16 x 6 rows by 384 are 147 KB, which stay in L2. */
    private static final int STRIPS = 16;

    private Tiles() {}

    /**
     * c (rows, width; rows ldc apart) = or += a x b: a is packed as {@link Strips} cuts it, strip after strip, b as
     * panels, one after the other; the last panel is padded.
     *
     * @param edge room for a tile
     */
    static void multiply(int rows, int width, int depth, float[] a, int a0, float[] b, int b0, float[] c, int c0,
            int ldc, boolean add, float[] edge) {
        int tall = Strips.tall(rows);
        int strips = Strips.count(rows);
        for (int first = 0; first < strips; first += STRIPS) {
            int end = Math.min(strips, first + STRIPS);
            for (int j = 0; j < width; j += COLUMNS) {
                if (width - j >= COLUMNS) {
                    whole(first, end, tall, rows, depth, a, a0, b, b0 + j * depth, c, c0 + j, ldc, add, edge);
                } else {
                    narrow(first, end, tall, rows, width - j, depth, a, a0, b, b0 + j * depth, c, c0 + j, ldc, add,
                            edge);
                }
            }
        }
    }

    /** Strips [first, end) by one whole panel. */
    private static void whole(int first, int end, int tall, int rows, int depth, float[] a, int a0, float[] b, int b0,
            float[] c, int c0, int ldc, boolean add, float[] edge) {
        int strip = first;
        int row = Strips.start(first, tall);
        for (; strip < end && strip < tall && row + TALL <= rows; strip++, row += TALL) {
            GemmKernels.packedTall(depth, a, a0 + row * depth, b, b0, c, c0 + row * ldc, ldc, add);
        }
        for (; strip < end && strip >= tall && row + ROWS <= rows; strip++, row += ROWS) {
            GemmKernels.packed(depth, a, a0 + row * depth, b, b0, c, c0 + row * ldc, ldc, add);
        }
        if (strip < end) {
            narrow(strip, end, tall, rows, COLUMNS, depth, a, a0, b, b0, c, c0, ldc, add, edge);
        }
    }

    /** Strips by a panel of which {@code width} columns count; rows past the end don't count either. */
    private static void narrow(int first, int end, int tall, int rows, int width, int depth, float[] a, int a0,
            float[] b, int b0, float[] c, int c0, int ldc, boolean add, float[] edge) {
        for (int strip = first; strip < end; strip++) {
            int row = Strips.start(strip, tall);
            if (strip < tall) {
                GemmKernels.packedTall(depth, a, a0 + row * depth, b, b0, edge, 0, COLUMNS, false);
            } else {
                GemmKernels.packed(depth, a, a0 + row * depth, b, b0, edge, 0, COLUMNS, false);
            }
            int height = Math.min(strip < tall ? TALL : ROWS, rows - row);
            Epilogue.tile(edge, height, width, c, c0 + row * ldc, ldc, add);
        }
    }
}
