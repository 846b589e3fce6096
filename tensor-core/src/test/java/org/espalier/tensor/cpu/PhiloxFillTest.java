package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.espalier.tensor.random.Philox;
import org.junit.jupiter.api.Test;

class PhiloxFillTest {

    private static final Workers TWO = new Workers(2, 0);

    @Test
    void arraysEqualTheScalarNumbersBitForBit() {
        long key = 0x299f31d0a4093822L;
        long stream = 0x0370734413198a2eL;
        for (int n : new int[] {0, 1, 7, 13, 64, 65, 207, Chunks.SIZE + 21}) {
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
                expected[i] = Philox.uniform(key, stream, i);
            }
            float[] filled = Numbers.blank(n);
            PhiloxFill.uniform(TWO, key, stream, n, filled);
            assertArrayEquals(expected, Arrays.copyOf(filled, n));
            Numbers.assertMarginUntouched("uniform", n, filled);
        }
    }
}
