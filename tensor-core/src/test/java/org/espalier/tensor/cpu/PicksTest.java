package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PicksTest {

    private static final Workers TWO = new Workers(2, 0);

    /** Two rows of three: columns 2, none, 0, 2. */
    @Test
    void gathersColumns() {
        float[] y = Numbers.blank(8);
        Picks.gather(TWO, 2, 3, 1, new float[] {1, 2, 3, 4, 5, 6}, 4, new int[] {2, -1, 0, 2}, y);
        assertArrayEquals(new float[] {3, 0, 1, 3, 6, 0, 4, 6}, java.util.Arrays.copyOf(y, 8));
        Numbers.assertMarginUntouched("gather", 8, y);
    }

    /** Rows of two: 2, 0, none. */
    @Test
    void gathersRows() {
        float[] y = Numbers.blank(6);
        Picks.gather(TWO, 1, 3, 2, new float[] {1, 2, 3, 4, 5, 6}, 3, new int[] {2, 0, -1}, y);
        assertArrayEquals(new float[] {5, 6, 1, 2, 0, 0}, java.util.Arrays.copyOf(y, 6));
        Numbers.assertMarginUntouched("gather", 6, y);
    }

    @Test
    void scattersWhereNumbersRepeat() {
        float[] columns = Numbers.blank(6);
        Picks.scatterAdd(TWO, 2, 3, 1, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, new int[] {2, -1, 0, 2}, columns);
        assertArrayEquals(new float[] {3, 0, 5, 7, 0, 13}, java.util.Arrays.copyOf(columns, 6));
        Numbers.assertMarginUntouched("columns", 6, columns);
        float[] rows = Numbers.blank(4);
        Picks.scatterAdd(TWO, 1, 2, 2, new float[] {1, 2, 3, 4, 5, 6}, 3, new int[] {1, 1, -1}, rows);
        assertArrayEquals(new float[] {0, 0, 4, 6}, java.util.Arrays.copyOf(rows, 4));
        Numbers.assertMarginUntouched("rows", 4, rows);
    }

    /** Longer than a task takes: every slice in pieces, both of whose numbers are the same. */
    @Test
    void scattersLongSlices() {
        int inner = 2 * Chunks.SIZE + 3;
        float[] g = new float[2 * inner];
        for (int i = 0; i < inner; i++) {
            g[i] = i;
            g[inner + i] = 1;
        }
        float[] y = Numbers.blank(inner);
        Picks.scatterAdd(TWO, 1, 1, inner, g, 2, new int[] {0, 0}, y);
        for (int i = 0; i < inner; i++) {
            assertEquals(i + 1, y[i]);
        }
    }

    @Test
    void refusesNumbersBeyondTheAxisAndWritesNothing() {
        float[] y = {7, 7};
        for (int bad : new int[] {3, -2}) {
            int[] numbers = {0, bad};
            IndexOutOfBoundsException gather = assertThrows(IndexOutOfBoundsException.class,
                    () -> Picks.gather(TWO, 1, 3, 1, new float[3], 2, numbers, y));
            assertEquals("gather: index " + bad + " on an axis of length 3", gather.getMessage());
            IndexOutOfBoundsException scatter = assertThrows(IndexOutOfBoundsException.class,
                    () -> Picks.scatterAdd(TWO, 1, 3, 1, new float[2], 2, numbers, y));
            assertEquals("scatteradd: index " + bad + " on an axis of length 3", scatter.getMessage());
            assertArrayEquals(new float[] {7, 7}, y);
        }
    }
}
