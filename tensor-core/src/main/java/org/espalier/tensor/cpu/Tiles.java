package org.espalier.tensor.cpu;

/** The loops around {@link GemmKernels}: packed strips of rows by packed panels of columns, tile by tile. */
final class Tiles {

    private static final int ROWS = GemmKernels.ROWS;
    private static final int TALL = GemmKernels.TALL;
    private static final int COLUMNS = GemmKernels.COLUMNS;
    /** Strips that all panels are multiplied by in turn: 16 x 6 rows by 256 are 96 KiB, which stay in L2. */
    private static final int STRIPS = 16;

    /** From so many rows on, C is not in L2 when it is added to. */
    private static final int FAR_ROWS = 768;
    /** Floats of a cache line. */
    private static final int LINE = 16;

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
            if (add && rows > FAR_ROWS) {
                int row = Strips.start(first, tall);
                edge[0] = fetch(c, c0 + row * ldc, ldc, Math.min(rows, Strips.start(end, tall)) - row, width);
            }
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

    /**
     * Reads a part of C row by row, one float of each line, so that the tiles find it in L2: they would read it by short
     * pieces, which caches don't foresee. The sum keeps the compiler from leaving the reads out.
     */
    private static float fetch(float[] c, int c0, int ldc, int rows, int width) {
        float sum = 0f;
        for (int i = 0; i < rows; i++) {
            for (int j = c0 + i * ldc, end = j + width; j < end; j += LINE) {
                sum += c[j];
            }
        }
        return sum;
    }

    /**
     * The same with a where it lies: its rows are {@code lda} apart and contiguous over the depth. Each panel in turn is
     * multiplied by all rows.
     */
    static void inPlace(int rows, int width, int depth, float[] a, int a0, int lda, float[] b, int b0, float[] c,
            int c0, int ldc, boolean add, float[] edge) {
        for (int j = 0; j < width; j += COLUMNS) {
            int panel = b0 + j * depth;
            boolean whole = width - j >= COLUMNS;
            int i = 0;
            for (; whole && i <= rows - ROWS; i += ROWS) {
                int r = a0 + i * lda;
                GemmKernels.inPlace(depth, a, r, r + lda, r + 2 * lda, r + 3 * lda, b, panel, c, c0 + i * ldc + j, ldc,
                        add);
            }
            for (; i < rows; i += ROWS) {
                int height = Math.min(ROWS, rows - i);
                inPlaceTile(height, depth, a, a0 + i * lda, lda, b, panel, edge);
                Epilogue.tile(edge, height, Math.min(COLUMNS, width - j), c, c0 + i * ldc + j, ldc, add);
            }
        }
    }

    /** One tile that does not fit its place. Rows past the end repeat the last one; what they give is not used. */
    private static void inPlaceTile(int height, int depth, float[] a, int a0, int lda, float[] b, int b0,
            float[] edge) {
        int r1 = a0 + Math.min(1, height - 1) * lda;
        int r2 = a0 + Math.min(2, height - 1) * lda;
        int r3 = a0 + (height - 1) * lda;
        GemmKernels.inPlace(depth, a, a0, r1, r2, r3, b, b0, edge, 0, COLUMNS, false);
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
            int height = Math.min(Strips.height(strip, tall), rows - row);
            Epilogue.tile(edge, height, width, c, c0 + row * ldc, ldc, add);
        }
    }
}
