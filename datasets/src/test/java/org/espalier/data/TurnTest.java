package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** By hand. */
class TurnTest {
    private static byte[] turned(double degrees, int rows, int columns, int... pixels) {
        byte[] sample = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            sample[i] = (byte) pixels[i];
        }
        Turn.apply(sample, pixels.length / (rows * columns), rows, columns, degrees);
        return sample;
    }

    private static byte[] bytes(int... pixels) {
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            bytes[i] = (byte) pixels[i];
        }
        return bytes;
    }

    @Test
    void quartersMovePixelsClockwise() {
        assertArrayEquals(bytes(7, 4, 1, 8, 5, 2, 9, 6, 3), turned(90, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        assertArrayEquals(bytes(3, 6, 9, 2, 5, 8, 1, 4, 7), turned(-90, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        assertArrayEquals(bytes(255, 200, 150, 4, 3, 2), turned(180, 1, 3, 150, 200, 255, 2, 3, 4), "two channels");
    }

    /**
     * An eighth, r = 1/sqrt(2). The pixel above the middle comes from r to the left and r above it: of the four pixels
     * around, 20, 40, 80 and 100, the shares (1 - r) and r along each axis make 43.4. The corner comes from 2r to the left,
     * so from the edge: 80. The one to the right comes from r to the right and above: 40, 60, 100, 120 make 72.0.
     */
    @Test
    void anEighthIsBilinearAndEndsAtTheEdges() {
        byte[] sample = turned(45, 3, 3, 20, 40, 60, 80, 100, 120, 140, 160, 180);
        assertEquals(80, sample[0]);
        assertEquals(43, sample[1]);
        assertEquals(40, sample[2]);
        assertEquals(100, sample[4]);
        assertEquals(72, sample[5]);
    }

    /** Four degrees at the edge of 28 pixels: 13.5 sin(4) = 0.942 of a column, 13.5 (1 - cos(4)) = 0.033 of a row. */
    @Test
    void aFewDegreesMoveTheEdgeByLessThanAPixel() {
        int[] pixels = new int[28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 9 * (i % 28);
        }
        byte[] sample = turned(4, 28, 28, pixels);
        for (int x = 1; x < 27; x++) {
            double right = x - 13.5;
            double above = 13.5 + right * 0.99756405 - 13.5 * 0.06975647;
            assertEquals(Math.clamp(9 * above, 0, 243), sample[x] & 0xff, 0.5001, "column " + x);
        }
    }
}
