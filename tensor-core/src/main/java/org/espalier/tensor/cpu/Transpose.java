package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Matrices turned over, eight by eight in registers where vectors are that wide. */
final class Transpose {
    private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromOp(EIGHT, lane -> lane ^ 2);
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromOp(EIGHT, lane -> lane ^ 1);
    private static final VectorMask<Float> AT_4 = VectorMask.fromLong(EIGHT, 0b11110000);
    private static final VectorMask<Float> AT_2 = VectorMask.fromLong(EIGHT, 0b11001100);
    private static final VectorMask<Float> AT_1 = VectorMask.fromLong(EIGHT, 0b10101010);

    private Transpose() {}

    /** y[y0 + c * ldy + r] = x[x0 + r * ldx + c] for all rows r and columns c of x. */
    static void run(int rows, int columns, float[] x, int x0, int ldx, float[] y, int y0, int ldy) {
        int wholeRows = Lanes.COUNT < 8 ? 0 : rows & -8;
        int wholeColumns = columns & -8;
        for (int r = 0; r < wholeRows; r += 8) {
            for (int c = 0; c < wholeColumns; c += 8) {
                eight(x, x0 + r * ldx + c, ldx, y, y0 + c * ldy + r, ldy);
            }
            plain(8, columns - wholeColumns, x, x0 + r * ldx + wholeColumns, ldx, y, y0 + wholeColumns * ldy + r, ldy);
        }
        plain(rows - wholeRows, columns, x, x0 + wholeRows * ldx, ldx, y, y0 + wholeRows, ldy);
    }

    private static void plain(int rows, int columns, float[] x, int x0, int ldx, float[] y, int y0, int ldy) {
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                y[y0 + c * ldy + r] = x[x0 + r * ldx + c];
            }
        }
    }

    /** Eight by eight, rows at least eight long: swaps the off-diagonal halves, quarters and eighths of the square. */
    static void eight(float[] x, int from, int ldx, float[] y, int at, int ldy) {
        int half = 4 * ldx;
        // Rows 4 to 7 are read four to the left for the upper half of a vector, rows 0 to 3 four to the right for the lower:
        // inside the square's rows from the first element to the last, and cheaper than moving lanes.
        FloatVector s0 = halves(x, from, from + half - 4), s4 = halves(x, from + 4, from + half);
        int row = from + ldx;
        FloatVector s1 = halves(x, row, row + half - 4), s5 = halves(x, row + 4, row + half);
        row += ldx;
        FloatVector s2 = halves(x, row, row + half - 4), s6 = halves(x, row + 4, row + half);
        row += ldx;
        FloatVector s3 = halves(x, row, row + half - 4), s7 = halves(x, row + 4, row + half);
        FloatVector r0 = upper(s0, s2, SWAP_2, AT_2);
        FloatVector r2 = lower(s0, s2, SWAP_2, AT_2);
        FloatVector r1 = upper(s1, s3, SWAP_2, AT_2);
        FloatVector r3 = lower(s1, s3, SWAP_2, AT_2);
        FloatVector r4 = upper(s4, s6, SWAP_2, AT_2);
        FloatVector r6 = lower(s4, s6, SWAP_2, AT_2);
        FloatVector r5 = upper(s5, s7, SWAP_2, AT_2);
        FloatVector r7 = lower(s5, s7, SWAP_2, AT_2);
        upper(r0, r1, SWAP_1, AT_1).intoArray(y, at);
        lower(r0, r1, SWAP_1, AT_1).intoArray(y, at + ldy);
        upper(r2, r3, SWAP_1, AT_1).intoArray(y, at + 2 * ldy);
        lower(r2, r3, SWAP_1, AT_1).intoArray(y, at + 3 * ldy);
        upper(r4, r5, SWAP_1, AT_1).intoArray(y, at + 4 * ldy);
        lower(r4, r5, SWAP_1, AT_1).intoArray(y, at + 5 * ldy);
        upper(r6, r7, SWAP_1, AT_1).intoArray(y, at + 6 * ldy);
        lower(r6, r7, SWAP_1, AT_1).intoArray(y, at + 7 * ldy);
    }

    private static FloatVector halves(float[] x, int lower, int upper) {
        return FloatVector.fromArray(EIGHT, x, lower).blend(FloatVector.fromArray(EIGHT, x, upper), AT_4);
    }

    private static FloatVector upper(FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> at) {
        return a.blend(b.rearrange(swap), at);
    }

    private static FloatVector lower(FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> at) {
        return a.rearrange(swap).blend(b, at);
    }
}
