package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Copies pieces of a matrix into the order in which {@link GemmKernels} reads them: a strip of {@code ROWS} rows as
 * (depth, ROWS), a panel of {@code COLUMNS} columns as (depth, COLUMNS). What is missing at the edge is filled with
 * zeros.
 */
final class Packing {

    private static final int ROWS = GemmKernels.ROWS;
    private static final int TALL = GemmKernels.TALL;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    private Packing() {}

    /**
     * Strip of {@code rows} rows, 4 or 6, of which {@code height} are there; row r is contiguous over the depth, and starts
     * at a[a0 + r * lda].
     */
    static void stripOfRows(int rows, float[] a, int a0, int lda, int height, int depth, float[] to, int to0) {
        int r1 = a0 + lda;
        int r2 = r1 + lda;
        int r3 = r2 + lda;
        if (height == ROWS && rows == ROWS) {
            for (int p = 0, d = to0; p < depth; p++, d += ROWS) {
                to[d] = a[a0 + p];
                to[d + 1] = a[r1 + p];
                to[d + 2] = a[r2 + p];
                to[d + 3] = a[r3 + p];
            }
        } else if (height == TALL) {
            int r4 = r3 + lda;
            int r5 = r4 + lda;
            for (int p = 0, d = to0; p < depth; p++, d += TALL) {
                to[d] = a[a0 + p];
                to[d + 1] = a[r1 + p];
                to[d + 2] = a[r2 + p];
                to[d + 3] = a[r3 + p];
                to[d + 4] = a[r4 + p];
                to[d + 5] = a[r5 + p];
            }
        } else {
            elements(rows, a, a0, lda, 1, height, depth, to, to0);
        }
    }

    /** Strip of {@code rows} rows, 4 or 6, of a transposed matrix: row r at depth p is a[a0 + p * lda + r]. */
    static void stripOfColumns(int rows, float[] a, int a0, int lda, int height, int depth, float[] to, int to0) {
        // Floats one by one: a vector of another width anywhere makes FloatVector's methods polymorphic to C2,
        // which then keeps vectors of other kernels as objects (measured: 10 MB a step of LeNet-5).
        if (height == ROWS && rows == ROWS) {
            for (int p = 0, from = a0, at = to0; p < depth; p++, from += lda, at += ROWS) {
                to[at] = a[from];
                to[at + 1] = a[from + 1];
                to[at + 2] = a[from + 2];
                to[at + 3] = a[from + 3];
            }
        } else if (height == TALL) {
            for (int p = 0, from = a0, at = to0; p < depth; p++, from += lda, at += TALL) {
                to[at] = a[from];
                to[at + 1] = a[from + 1];
                to[at + 2] = a[from + 2];
                to[at + 3] = a[from + 3];
                to[at + 4] = a[from + 4];
                to[at + 5] = a[from + 5];
            }
        } else {
            elements(rows, a, a0, 1, lda, height, depth, to, to0);
        }
    }

    /** A strip with rows that are missing: row r at depth p is a[a0 + r * rowStep + p * depthStep]. */
    private static void elements(int rows, float[] a, int a0, int rowStep, int depthStep, int height, int depth,
            float[] to, int to0) {
        for (int p = 0; p < depth; p++) {
            for (int r = 0; r < rows; r++) {
                to[to0 + p * rows + r] = r < height ? a[a0 + r * rowStep + p * depthStep] : 0f;
            }
        }
    }

    /**
     * Panels of {@code width} columns, one behind the other. Four rows are read at once, each from end to end: caches
     * fetch ahead in a row, and panels of some depths compete for the same lines of L1 if each gets but one row. Columns
     * missing from the last panel are not filled with zeros.
     */
    static void panelsOfRows(float[] b, int b0, int ldb, int width, int depth, float[] to, int to0) {
        int whole = width / COLUMNS * COLUMNS;
        int p = 0;
        for (; p <= depth - 4; p += 4) {
            int from = b0 + p * ldb;
            for (int j = 0, at = to0 + p * COLUMNS; j < whole; j += COLUMNS, at += depth * COLUMNS) {
                copy(b, from + j, to, at);
                copy(b, from + ldb + j, to, at + COLUMNS);
                copy(b, from + 2 * ldb + j, to, at + 2 * COLUMNS);
                copy(b, from + 3 * ldb + j, to, at + 3 * COLUMNS);
            }
        }
        for (; p < depth; p++) {
            for (int j = 0; j < whole; j += COLUMNS) {
                copy(b, b0 + p * ldb + j, to, to0 + j * depth + p * COLUMNS);
            }
        }
        if (whole < width) {
            lastPanel(b, b0 + whole, ldb, width - whole, depth, to, to0 + whole * depth);
        }
    }

    /** The columns that are missing hold what follows in the array, or what was there before: nobody reads their sums. */
    private static void lastPanel(float[] b, int b0, int ldb, int width, int depth, float[] to, int to0) {
        // What follows a row in the array goes along: columns that don't count may hold anything.
        int whole = Math.clamp(Math.floorDiv(b.length - COLUMNS - b0, ldb) + 1, 0, depth);
        for (int p = 0; p < whole; p++) {
            copy(b, b0 + p * ldb, to, to0 + p * COLUMNS);
        }
        for (int p = whole; p < depth; p++) {
            System.arraycopy(b, b0 + p * ldb, to, to0 + p * COLUMNS, width);
        }
    }

    /** One row of a panel. */
    private static void copy(float[] b, int from, float[] to, int at) {
        FloatVector left = FloatVector.fromArray(Lanes.FLOATS, b, from);
        FloatVector right = FloatVector.fromArray(Lanes.FLOATS, b, from + Lanes.COUNT);
        left.intoArray(to, at);
        right.intoArray(to, at + Lanes.COUNT);
    }

    /** The same of a transposed matrix, as {@link #panelOfColumns} has it. */
    static void panelsOfColumns(float[] b, int b0, int ldb, int width, int depth, float[] to, int to0) {
        for (int j = 0; j < width; j += COLUMNS) {
            panelOfColumns(b, b0 + j * ldb, ldb, Math.min(COLUMNS, width - j), depth, to, to0 + j * depth);
        }
    }

    /** A whole panel; depth p starts at b[b0 + p * ldb]. */
    static void panelOfRows(float[] b, int b0, int ldb, int depth, float[] to, int to0) {
        for (int p = 0; p < depth; p++) {
            copy(b, b0 + p * ldb, to, to0 + p * COLUMNS);
        }
    }

    /**
     * Panel of {@code width} columns of a transposed matrix: column j is contiguous over the depth, from b[b0 + j *
     * ldb].
     */
    static void panelOfColumns(float[] b, int b0, int ldb, int width, int depth, float[] to, int to0) {
        if (width < COLUMNS) {
            Arrays.fill(to, to0, to0 + depth * COLUMNS, 0f);
        }
        int j = 0;
        if (Lanes.COUNT >= 8) {
            for (; j + 8 <= width; j += 8) {
                int p = 0;
                for (; p + 8 <= depth; p += 8) {
                    Transpose.eight(b, b0 + j * ldb + p, ldb, to, to0 + p * COLUMNS + j, COLUMNS);
                }
                fourColumns(b, b0 + j * ldb, ldb, p, depth, to, to0 + j);
                fourColumns(b, b0 + (j + 4) * ldb, ldb, p, depth, to, to0 + j + 4);
            }
        }
        for (; j + 4 <= width; j += 4) {
            fourColumns(b, b0 + j * ldb, ldb, 0, depth, to, to0 + j);
        }
        for (; j < width; j++) {
            for (int p = 0; p < depth; p++) {
                to[to0 + p * COLUMNS + j] = b[b0 + j * ldb + p];
            }
        }
    }

    private static void fourColumns(float[] b, int c0, int ldb, int from, int depth, float[] to, int to0) {
        int c1 = c0 + ldb;
        int c2 = c1 + ldb;
        int c3 = c2 + ldb;
        for (int p = from, d = to0 + from * COLUMNS; p < depth; p++, d += COLUMNS) {
            to[d] = b[c0 + p];
            to[d + 1] = b[c1 + p];
            to[d + 2] = b[c2 + p];
            to[d + 3] = b[c3 + p];
        }
    }
}
