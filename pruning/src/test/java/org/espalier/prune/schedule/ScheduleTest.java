package org.espalier.prune.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
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
    void levelsAreAsGiven() {
        Levels levels = new Levels(List.of(0.5, 0.25));
        assertEquals(3, levels.steps());
        assertEquals(0.5, levels.keptShare(0.1, 1));
        assertEquals(0.25, levels.keptShare(0.1, 2));
        assertEquals(0.1, levels.keptShare(0.1, 3));
        assertEquals(0.3, new Levels(List.of()).keptShare(0.3, 1));
        assertThrows(IllegalArgumentException.class, () -> levels.keptShare(0.3, 1));
        assertThrows(IllegalArgumentException.class, () -> new Levels(List.of(0.5, 0.6)));
        assertThrows(IllegalArgumentException.class, () -> new Levels(List.of(1.1)));
        assertThrows(IllegalArgumentException.class, () -> new Levels(List.of(Double.NaN)));
    }

    @Test
    void stepsOutsideTheScheduleAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new OneShot().keptShare(0.5, 2));
        assertThrows(IllegalArgumentException.class, () -> new Iterative(5).keptShare(0.5, 0));
        assertThrows(IllegalArgumentException.class, () -> new Iterative(5).keptShare(0.5, 6));
        assertThrows(IllegalArgumentException.class, () -> new Iterative(0));
    }
}
