package org.espalier.nn.io.sparse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.junit.jupiter.api.Test;

/** Compressed rows that are some, and rows that are none. */
final class KeptWeightsTest {
    /** Four rows of five: two weights, none, all five, none. */
    private static final Shape SHAPE = Shape.of(4, 5);
    private static final double[] VALUES = {1, -2, 3, 4, 5, 6, 7};
    private static final int[] STARTS = {0, 2, 2, 7, 7};
    private static final int[] COLUMNS = {0, 4, 0, 1, 2, 3, 4};
    private static final double[] DENSE = {1, 0, 0, 0, -2, 0, 0, 0, 0, 0, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0};

    @Test
    void emptyRowsAndAFullOne() {
        KeptWeights kept = KeptWeights.of(SHAPE, VALUES, STARTS, COLUMNS);
        assertArrayEquals(DENSE, kept.dense());
        assertEquals(7, kept.count());
        assertEquals(12, kept.position(4));
        assertEquals(Mask.ofNonZeros(SHAPE, DENSE), kept.mask());
        KeptWeights back = KeptWeights.of(DENSE, kept.mask());
        assertArrayEquals(STARTS, back.rowStarts());
        assertArrayEquals(COLUMNS, back.columns());
        assertArrayEquals(VALUES, back.values());
    }

    private static void assertFault(String message, double[] values, int[] starts, int[] columns) {
        SparseFault fault =
                assertThrows(SparseFault.class, () -> KeptWeights.of(SHAPE, values, starts, columns));
        assertEquals(message, fault.getMessage());
    }

    @Test
    void eachViolationIsNamed() {
        assertFault("row_starts: holds 4 numbers; expected 5, one more than rows", VALUES, new int[] {0, 2, 2, 7},
                COLUMNS);
        assertFault("row_starts: begins with 1; expected 0", VALUES, new int[] {1, 2, 2, 7, 7}, COLUMNS);
        assertFault("row_starts: row 1 begins at 3 and ends at 2; expected numbers that never fall", VALUES,
                new int[] {0, 3, 2, 7, 7}, COLUMNS);
        assertFault("row_starts: row 0 begins at 0 and ends at -1; expected numbers that never fall", VALUES,
                new int[] {0, -1, 2, 7, 7}, COLUMNS);
        assertFault("row_starts: ends with 8; expected 7, the number of values", VALUES, new int[] {0, 2, 2, 7, 8},
                COLUMNS);
        assertFault("row_starts: ends with 6; expected 7, the number of values", VALUES, new int[] {0, 2, 2, 6, 6},
                COLUMNS);
        assertFault("columns: holds 6 numbers; expected 7, one a value", VALUES, STARTS, new int[] {0, 4, 0, 1, 2, 3});
        assertFault("columns: row 2 has column 5 at index 6; expected columns from 0 to 4", VALUES, STARTS,
                new int[] {0, 4, 0, 1, 2, 3, 5});
        assertFault("columns: row 0 has column -1 at index 0; expected columns from 0 to 4", VALUES, STARTS,
                new int[] {-1, 4, 0, 1, 2, 3, 4});
        assertFault("columns: row 0 has column 4 at index 1 again; expected columns that rise in each row, each once",
                VALUES, STARTS, new int[] {4, 4, 0, 1, 2, 3, 4});
        assertFault("columns: row 2 has column 1 at index 4 behind column 2; expected columns that rise in each row, "
                + "each once", VALUES, STARTS, new int[] {0, 4, 0, 2, 1, 3, 4});
        assertFault("values: holds NaN at index 3; expected finite numbers",
                new double[] {1, 2, 3, Double.NaN, 5, 6, 7}, STARTS, COLUMNS);
    }

    @Test
    void columnsOfSixteenBits() {
        assertTrue(WeightSizes.hasShortColumns(Shape.of(2, 65_536)));
        assertFalse(WeightSizes.hasShortColumns(Shape.of(2, 65_537)));
        assertTrue(WeightSizes.hasShortColumns(Shape.of(2, 256, 16, 16)));
        Mask one = Mask.ofNonZeros(Shape.of(1, 70_000), oneAt(69_999));
        assertEquals(4 + 4 + 8, WeightSizes.of(one).csrBytes());
    }

    private static double[] oneAt(int position) {
        double[] all = new double[70_000];
        all[position] = 1;
        return all;
    }
}
