package org.espalier.prune.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void stepsAreGeometricAndEndExactly() {
        Iterative four = new Iterative(4);
        assertEquals(0.5, four.keptShare(0.0625, 1), 1e-15);
        assertEquals(0.25, four.keptShare(0.0625, 2), 1e-15);
        assertEquals(0.125, four.keptShare(0.0625, 3), 1e-15);
        assertEquals(0.0625, four.keptShare(0.0625, 4));
        assertEquals(0.09, new Iterative(5).keptShare(0.09, 5));
        assertEquals(0, four.keptShare(0, 1));
        assertEquals(1, four.keptShare(1, 3));
    }

    @Test
    void oneShotGoesAllTheWay() {
        assertEquals(0.08, new OneShot().keptShare(0.08, 1));
        assertEquals(1, new OneShot().steps());
    }

    @Test
    void stepsOutsideTheScheduleAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new OneShot().keptShare(0.5, 2));
        assertThrows(IllegalArgumentException.class, () -> new Iterative(5).keptShare(0.5, 0));
        assertThrows(IllegalArgumentException.class, () -> new Iterative(5).keptShare(0.5, 6));
        assertThrows(IllegalArgumentException.class, () -> new Iterative(0));
    }
}
