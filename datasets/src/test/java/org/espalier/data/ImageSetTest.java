package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class ImageSetTest {
    /** Four images of two channels and one pixel each: image i holds 10 i and 10 i + 1. */
    private static final ImageSet FOUR = new ImageSet(new byte[] {0, 1, 10, 11, 20, 21, (byte) 200, (byte) 201},
            new int[] {2, 0, 1, 2}, Shape.of(2, 1, 1), 3);

    @Test
    void slicesLookIntoTheSameImages() {
        ImageSet middle = FOUR.slice(1, 4).first(2);
        assertEquals(2, middle.count());
        assertEquals(21, middle.pixel(1, 1));
        assertEquals(1, middle.label(1));
        assertEquals(200, FOUR.last(1).pixel(0, 0), "bytes are unsigned");
        assertEquals(FOUR.first(3), FOUR.withoutLast(1));
        assertArrayEquals(new int[] {1, 1, 2}, FOUR.classCounts());
        assertArrayEquals(new int[] {1, 1, 0}, middle.classCounts());
    }

    @Test
    void slicesHaveTheirOwnEnds() {
        ImageSet middle = FOUR.slice(1, 3);
        assertThrows(IndexOutOfBoundsException.class, () -> middle.label(2));
        assertThrows(IndexOutOfBoundsException.class, () -> middle.pixel(-1, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> middle.pixel(0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> middle.slice(1, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> FOUR.last(5));
    }

    @Test
    void equalsComparesContentNotPlace() {
        ImageSet twice = new ImageSet(new byte[] {5, 6, 7, 8, 5, 6}, new int[] {1, 0, 1}, Shape.of(1, 1, 2), 2);
        assertEquals(twice.first(1), twice.last(1));
        assertEquals(twice.first(1).hashCode(), twice.last(1).hashCode());
        assertNotEquals(twice.first(1), twice.slice(1, 2));
        assertNotEquals(twice, new ImageSet(new byte[] {5, 6, 7, 9, 5, 6}, new int[] {1, 0, 1}, Shape.of(1, 1, 2), 2));
        assertNotEquals(twice, new ImageSet(new byte[] {5, 6, 7, 8, 5, 6}, new int[] {1, 0, 1}, Shape.of(1, 2, 1), 2));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> new ImageSet(new byte[3], new int[2], Shape.of(1, 1, 2), 2));
        assertThrows(IllegalArgumentException.class, () -> new ImageSet(new byte[4], new int[2], Shape.of(2), 2));
        assertThrows(IllegalArgumentException.class,
                () -> new ImageSet(new byte[4], new int[] {0, 2}, Shape.of(1, 1, 2), 2));
        assertThrows(IllegalArgumentException.class,
                () -> new ImageSet(new byte[4], new int[] {0, -1}, Shape.of(1, 1, 2), 2));
    }

    @Test
    void decodesChannelByChannel() {
        Preprocessing two = new Preprocessing("two", 100, java.util.List.of(0.0, 2.0), java.util.List.of(1.0, 0.5));
        float[] target = {-1, -1, -1, -1};
        FOUR.decode(3, two.table(2), target, 1);
        assertArrayEquals(new float[] {-1, 2, (float) ((2.01 - 2) / 0.5), -1}, target);
    }
}
