package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Matrices turned over, eight by eight in registers where vectors are that wide. */
final class Transpose {
    private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromOp(EIGHT, lane -> lane ^ 4);
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

    /** Eight by eight: swaps the off-diagonal halves, quarters and eighths of the square. */
    static void eight(float[] x, int from, int ldx, float[] y, int at, int ldy) {
        FloatVector r0 = FloatVector.fromArray(EIGHT, x, from);
        FloatVector r1 = FloatVector.fromArray(EIGHT, x, from + ldx);
        FloatVector r2 = FloatVector.fromArray(EIGHT, x, from + 2 * ldx);
        FloatVector r3 = FloatVector.fromArray(EIGHT, x, from + 3 * ldx);
        FloatVector r4 = FloatVector.fromArray(EIGHT, x, from + 4 * ldx);
        FloatVector r5 = FloatVector.fromArray(EIGHT, x, from + 5 * ldx);
        FloatVector r6 = FloatVector.fromArray(EIGHT, x, from + 6 * ldx);
        FloatVector r7 = FloatVector.fromArray(EIGHT, x, from + 7 * ldx);
        FloatVector s0 = upper(r0, r4, SWAP_4, AT_4), s4 = lower(r0, r4, SWAP_4, AT_4);
        FloatVector s1 = upper(r1, r5, SWAP_4, AT_4), s5 = lower(r1, r5, SWAP_4, AT_4);
        FloatVector s2 = upper(r2, r6, SWAP_4, AT_4), s6 = lower(r2, r6, SWAP_4, AT_4);
        FloatVector s3 = upper(r3, r7, SWAP_4, AT_4), s7 = lower(r3, r7, SWAP_4, AT_4);
        r0 = upper(s0, s2, SWAP_2, AT_2);
        r2 = lower(s0, s2, SWAP_2, AT_2);
        r1 = upper(s1, s3, SWAP_2, AT_2);
        r3 = lower(s1, s3, SWAP_2, AT_2);
        r4 = upper(s4, s6, SWAP_2, AT_2);
        r6 = lower(s4, s6, SWAP_2, AT_2);
        r5 = upper(s5, s7, SWAP_2, AT_2);
        r7 = lower(s5, s7, SWAP_2, AT_2);
        upper(r0, r1, SWAP_1, AT_1).intoArray(y, at);
        lower(r0, r1, SWAP_1, AT_1).intoArray(y, at + ldy);
        upper(r2, r3, SWAP_1, AT_1).intoArray(y, at + 2 * ldy);
        lower(r2, r3, SWAP_1, AT_1).intoArray(y, at + 3 * ldy);
        upper(r4, r5, SWAP_1, AT_1).intoArray(y, at + 4 * ldy);
        lower(r4, r5, SWAP_1, AT_1).intoArray(y, at + 5 * ldy);
        upper(r6, r7, SWAP_1, AT_1).intoArray(y, at + 6 * ldy);
        lower(r6, r7, SWAP_1, AT_1).intoArray(y, at + 7 * ldy);
    }

    private static FloatVector upper(FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> at) {
        return a.blend(b.rearrange(swap), at);
    }

    private static FloatVector lower(FloatVector a, FloatVector b, VectorShuffle<Float> swap, VectorMask<Float> at) {
        return a.rearrange(swap).blend(b, at);
    }
}
