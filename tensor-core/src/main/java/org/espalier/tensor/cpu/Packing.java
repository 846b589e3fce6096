package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies pieces of a matrix into the order in which {@link GemmKernels} reads them: a strip of {@code ROWS} rows as (depth, ROWS), a
 * panel of {@code COLUMNS} columns as (depth, COLUMNS). What is missing at the edge is filled with zeros.
 */
final class Packing {

    private static final int ROWS = GemmKernels.ROWS;
    private static final int COLUMNS = GemmKernels.COLUMNS;
    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;

    private Packing() {}

    /** Strip of {@code height} rows; row r is contiguous over the depth, and starts at a[a0 + r * lda]. */
    static void stripOfRows(float[] a, int a0, int lda, int height, int depth, float[] to, int to0) {
        if (height == ROWS) {
            int r1 = a0 + lda;
            int r2 = r1 + lda;
            int r3 = r2 + lda;
            for (int p = 0, d = to0; p < depth; p++, d += ROWS) {
                to[d] = a[a0 + p];
                to[d + 1] = a[r1 + p];
                to[d + 2] = a[r2 + p];
                to[d + 3] = a[r3 + p];
            }
            return;
        }
        for (int p = 0; p < depth; p++) {
            for (int r = 0; r < ROWS; r++) {
                to[to0 + p * ROWS + r] = r < height ? a[a0 + r * lda + p] : 0f;
            }
        }
    }

    /** Strip of {@code height} rows of a transposed matrix: row r at depth p is a[a0 + p * lda + r]. */
    static void stripOfColumns(float[] a, int a0, int lda, int height, int depth, float[] to, int to0) {
        if (height == ROWS) {
            for (int p = 0; p < depth; p++) {
                FloatVector.fromArray(FOUR, a, a0 + p * lda).intoArray(to, to0 + p * ROWS);
            }
            return;
        }
        for (int p = 0; p < depth; p++) {
            for (int r = 0; r < ROWS; r++) {
                to[to0 + p * ROWS + r] = r < height ? a[a0 + p * lda + r] : 0f;
            }
        }
    }

    /** Panel of {@code width} columns; depth p starts at b[b0 + p * ldb]. */
    static void panelOfRows(float[] b, int b0, int ldb, int width, int depth, float[] to, int to0) {
        if (width == COLUMNS) {
            for (int p = 0; p < depth; p++) {
                int from = b0 + p * ldb;
                int at = to0 + p * COLUMNS;
                FloatVector.fromArray(Lanes.FLOATS, b, from).intoArray(to, at);
                FloatVector.fromArray(Lanes.FLOATS, b, from + Lanes.COUNT).intoArray(to, at + Lanes.COUNT);
            }
            return;
        }
        for (int p = 0; p < depth; p++) {
            System.arraycopy(b, b0 + p * ldb, to, to0 + p * COLUMNS, width);
            Arrays.fill(to, to0 + p * COLUMNS + width, to0 + (p + 1) * COLUMNS, 0f);
        }
    }

    /** Panel of {@code width} columns of a transposed matrix: column j is contiguous over the depth, from b[b0 + j * ldb]. */
    static void panelOfColumns(float[] b, int b0, int ldb, int width, int depth, float[] to, int to0) {
        int j = 0;
        for (; j + 4 <= width; j += 4) {
            int c0 = b0 + j * ldb;
            int c1 = c0 + ldb;
            int c2 = c1 + ldb;
            int c3 = c2 + ldb;
            for (int p = 0, d = to0 + j; p < depth; p++, d += COLUMNS) {
                to[d] = b[c0 + p];
                to[d + 1] = b[c1 + p];
                to[d + 2] = b[c2 + p];
                to[d + 3] = b[c3 + p];
            }
        }
        for (; j < COLUMNS; j++) {
            for (int p = 0; p < depth; p++) {
                to[to0 + p * COLUMNS + j] = j < width ? b[b0 + j * ldb + p] : 0f;
            }
        }
    }
}
