package org.espalier.tensor.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The known-answer vectors that Random123 publishes for philox4x32 with 10 rounds (kat_vectors). */
class PhiloxTest {
    private static void check(int[] counter, int k0, int k1, int... expected) {
        Philox.block(counter, k0, k1);
        assertArrayEquals(expected, counter);
    }

    @Test
    void zeros() {
        check(new int[4], 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    }

    @Test
    void ones() {
        check(new int[] {-1, -1, -1, -1}, -1, -1, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    }

    @Test
    void digitsOfPi() {
        check(
                new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                0xa4093822, 0x299f31d0,
                0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void anIndexIsAWordOfABlock() {
        int[] counter = {(int) 5L, 0, 7, 0};
        Philox.block(counter, 42, 0);
        assertEquals(counter[2], Philox.bits(42, 7, 22));
        assertEquals((counter[2] >>> 8) / 16777216f, Philox.uniform(42, 7, 22));
    }
}
