package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StridedCopyTest {

    private static final Workers TWO = new Workers(2, 0);

    /** Sizes below, at and above a strip, a tile, and what one task takes. */
    @Test
    void transposes() {
        for (int rows : new int[] {1, 3, 8, 65, 300}) {
            for (int columns : new int[] {1, 7, 8, 67, 513}) {
                float[] x = Numbers.random(rows * columns, 1);
                float[] y = Numbers.blank(rows * columns);
                Loops loops = new Loops(2).add(columns, 1, rows).add(rows, columns, 1);
                StridedCopy.run(TWO, loops, x, 0, y, 0);
                for (int i = 0; i < rows * columns; i++) {
                    assertEquals(x[i], y[i % columns * rows + i / columns], rows + "x" + columns + " at " + i);
                }
                Numbers.assertMarginUntouched(rows + "x" + columns, rows * columns, y);
            }
        }
    }

    /** [2,3,4,5] cut to [2,2,4,5]: the two inner axes are one, and the two images are 20 elements more apart in x. */
    @Test
    void neighbouringAxesAreJoined() {
        List<String> blocks = new ArrayList<>();
        new Loops(4).add(2, 60, 40).add(2, 20, 20).add(4, 5, 5).add(5, 1, 1)
                .run(TWO, Chunks.SIZE, 20, 0,
                        (rows, columns, x, y, flat) -> blocks
                                .add(rows + "x" + columns + " " + x + " " + y + " " + flat));
        assertEquals(List.of("2x40 20 0 0"), blocks);
    }

    /** A single element has no axis left, an empty axis no block. */
    @Test
    void oneElementAndNone() {
        List<String> blocks = new ArrayList<>();
        Loops.Block told = (rows, columns, x, y, flat) -> blocks.add(rows + "x" + columns + " " + x + " " + y);
        new Loops(0).run(TWO, Chunks.SIZE, 3, 4, told);
        new Loops(2).add(1, 5, 5).add(1, 1, 1).run(TWO, Chunks.SIZE, 6, 7, told);
        new Loops(2).add(0, 5, 5).add(5, 1, 1).run(TWO, Chunks.SIZE, 0, 0, told);
        assertEquals(List.of("1x1 3 4", "1x1 6 7"), blocks);
    }
}
