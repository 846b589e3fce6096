package org.espalier.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CrossingTest {
    /**
     * Sparse time as a share of dense time goes from 1/2 at 0.2 to 5/4 at 0.4, so it is 1 after two thirds of the way; what
     * comes behind does not matter.
     */
    @Test
    void theTimeIsALineBetweenTwoShares() {
        Crossing crossing = new Crossing(List.of(0.1, 0.2, 0.4, 0.6), List.of(4.0, 2.0, 0.8, 1.1));
        assertEquals(1.0 / 3, crossing.share(), 1e-12);
        assertFalse(crossing.alwaysWins());
    }

    /** A time of 0.25 + 2.5 kept, in units of the dense one: 1 at 0.3, whichever two shares were measured. */
    @Test
    void aStraightLineIsFoundExactly() {
        for (double upper : new double[] {0.35, 0.5, 1}) {
            Crossing crossing = new Crossing(List.of(0.1, upper), List.of(1 / 0.5, 1 / (0.25 + 2.5 * upper)));
            assertEquals(0.3, crossing.share(), 1e-12);
        }
    }

    @Test
    void asFastIsAWin() {
        assertEquals(0.2, new Crossing(List.of(0.1, 0.2, 0.3), List.of(2.0, 1.0, 0.5)).share(), 1e-12);
        assertTrue(new Crossing(List.of(0.1), List.of(1.0)).alwaysWins());
    }

    @Test
    void neverAndAlways() {
        assertEquals(0, new Crossing(List.of(0.05, 0.1), List.of(0.9, 1.2)).share());
        Crossing always = new Crossing(List.of(0.05, 0.6), List.of(9.0, 1.2));
        assertEquals(0.6, always.share());
        assertTrue(always.alwaysWins());
    }

    @Test
    void sharesAscendAndHaveARatioEach() {
        assertThrows(IllegalArgumentException.class, () -> new Crossing(List.of(), List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Crossing(List.of(0.1, 0.2), List.of(1.0)));
        assertThrows(IllegalArgumentException.class, () -> new Crossing(List.of(0.2, 0.1), List.of(1.0, 1.0)));
        assertThrows(IllegalArgumentException.class, () -> new Crossing(List.of(0.2, 0.2), List.of(1.0, 1.0)));
    }
}
