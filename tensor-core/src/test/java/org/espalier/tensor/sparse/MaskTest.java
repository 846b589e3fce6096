package org.espalier.tensor.sparse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/** Which positions a mask keeps, and that nobody can change one. */
final class MaskTest {
    private static final Shape SHAPE = Shape.of(2, 3);

    private static Mask mask(double... kept) {
        return Mask.ofNonZeros(SHAPE, kept);
    }

    @Test
    void everyFormSaysTheSame() {
        Mask mask = mask(1, 0, 0, -2, 0, 0.5);
        assertEquals(3, mask.keptCount());
        assertEquals(6, mask.size());
        assertEquals(SHAPE, mask.shape());
        assertTrue(mask.isKept(0) && mask.isKept(3) && mask.isKept(5));
        assertFalse(mask.isKept(1) || mask.isKept(2) || mask.isKept(4));
        assertArrayEquals(new double[] {1, 0, 0, 1, 0, 1}, mask.toDoubles());
        assertArrayEquals(new byte[] {1, 0, 0, 1, 0, 1}, mask.toBytes());
        assertEquals("mask[2,3] keeping 3 of 6", mask.toString());
        assertEquals(mask, Mask.ofBytes(SHAPE, new byte[] {1, 0, 0, -1, 0, 7}));
        BitSet bits = new BitSet();
        bits.set(0);
        bits.set(3);
        bits.set(5);
        assertEquals(mask, Mask.of(SHAPE, bits));
        assertEquals(bits, mask.toBits());
        assertEquals(mask.hashCode(), Mask.of(SHAPE, bits).hashCode());
    }

    @Test
    void zerosOfEitherSignAreRemovedAndNaNIsKept() {
        assertArrayEquals(new double[] {0, 0, 1, 1, 0, 0},
                mask(0.0, -0.0, Double.NaN, Double.MIN_VALUE, 0, 0).toDoubles());
    }

    @Test
    void removedValuesBecomePlusZeroWhateverTheyWere() {
        double[] values = mask(1, 0, 0, 1, 0, 1)
                .applyTo(new double[] {-1, -2, Double.NaN, Double.NaN, Double.NEGATIVE_INFINITY, -0.0});
        for (int removed : new int[] {1, 2, 4}) {
            assertEquals(0, Double.doubleToRawLongBits(values[removed]), "value " + removed);
        }
        assertEquals(-1, values[0]);
        assertTrue(Double.isNaN(values[3]));
        assertEquals(Double.doubleToRawLongBits(-0.0), Double.doubleToRawLongBits(values[5]), "a kept -0 stays");
    }

    @Test
    void andKeepsWhatBothKeep() {
        Mask one = mask(1, 1, 0, 0, 1, 0);
        Mask two = mask(1, 0, 1, 0, 1, 0);
        assertEquals(mask(1, 0, 0, 0, 1, 0), one.and(two));
        assertEquals(mask(1, 1, 0, 0, 1, 0), one, "and makes a new mask");
        assertEquals(one, one.and(Mask.all(SHAPE)));
        assertEquals("masks of shapes [2,3] and [3,2] do not fit",
                assertThrows(IllegalArgumentException.class, () -> one.and(Mask.all(Shape.of(3, 2)))).getMessage());
    }

    @Test
    void masksOfOtherShapesAreNotEqual() {
        assertNotEquals(Mask.all(Shape.of(2, 3)), Mask.all(Shape.of(3, 2)));
        assertEquals(6, Mask.all(SHAPE).keptCount());
        assertEquals(0, Mask.all(Shape.of(0, 3)).size());
    }

    @Test
    void bitsGoInAndOutAsCopies() {
        BitSet bits = new BitSet();
        bits.set(1);
        Mask mask = Mask.of(SHAPE, bits);
        bits.set(2);
        mask.toBits().clear();
        assertArrayEquals(new double[] {0, 1, 0, 0, 0, 0}, mask.toDoubles());
    }

    @Test
    void positionsAndValuesThatDoNotFitAreRefused() {
        BitSet bits = new BitSet();
        bits.set(6);
        assertEquals("mask: position 6 lies outside [2,3]",
                assertThrows(IllegalArgumentException.class, () -> Mask.of(SHAPE, bits)).getMessage());
        assertEquals("mask: 5 values for a weight of shape [2,3]",
                assertThrows(IllegalArgumentException.class, () -> Mask.ofNonZeros(SHAPE, new double[5])).getMessage());
        assertEquals("mask: 7 values for a weight of shape [2,3]",
                assertThrows(IllegalArgumentException.class, () -> Mask.ofBytes(SHAPE, new byte[7])).getMessage());
        assertEquals("mask: 7 values for a weight of shape [2,3]",
                assertThrows(IllegalArgumentException.class, () -> Mask.all(SHAPE).applyTo(new double[7]))
                        .getMessage());
    }
}
