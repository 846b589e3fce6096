package org.espalier.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final Work WORK = new Work("group", "name", "2x2", 16, 4, 0);

    /** An entrant that gives a fixed result and counts its calls. */
    private static final class Fixed implements Entrant {
        private final float[] result;
        private int calls;
        private int preparations;
        private boolean closed;

        Fixed(float... result) {
            this.result = result;
        }

        @Override
        public void prepare() {
            preparations++;
        }

        @Override
        public void go() {
            calls++;
        }

        @Override
        public float[] result() {
            return result;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Contest contest(Entrant ours, Entrant theirs, double tolerance) {
        return new Contest(WORK, 1, "peer", () -> ours, () -> theirs, true, tolerance);
    }

    /** Ratios 2, 1 and 1/2: quartiles half-way between neighbours. */
    @Test
    void ratiosAreTakenRoundByRound() {
        Outcome outcome = new Outcome(contest(new Fixed(), new Fixed(), 0), List.of(1.0, 2.0, 4.0),
                List.of(2.0, 2.0, 2.0));
        assertEquals(1, outcome.ratio());
        assertEquals(0.75, outcome.lowerQuartile());
        assertEquals(1.5, outcome.upperQuartile());
        assertEquals(2, outcome.ourSeconds());
        assertEquals(2, outcome.theirSeconds());
        assertThrows(IllegalArgumentException.class,
                () -> new Outcome(outcome.contest(), List.of(1.0), List.of()));
    }

    @Test
    void eachRoundHasBothSidesAndEachCallIsPrepared() {
        Fixed ours = new Fixed(1, 2);
        Fixed theirs = new Fixed(1, 2);
        Outcome outcome = new Rounds(5, 1e-6, 0).hold(contest(ours, theirs, 0));
        assertEquals(5, outcome.ours().size());
        assertEquals(5, outcome.theirs().size());
        assertTrue(ours.calls >= 6 && theirs.calls >= 6, ours.calls + " and " + theirs.calls);
        assertEquals(ours.calls, ours.preparations);
        assertTrue(ours.closed && theirs.closed);
    }

    @Test
    void whatIsWrongIsNotTimed() {
        Fixed ours = new Fixed(1, 2.001f);
        IllegalStateException wrong = assertThrows(IllegalStateException.class,
                () -> new Rounds(5, 1e-6, 0).hold(contest(ours, new Fixed(1, 2), 1e-4)));
        assertTrue(wrong.getMessage().contains("2.001 at 1"), wrong.getMessage());
        assertEquals(1, ours.calls);
        assertTrue(ours.closed);
        assertThrows(IllegalStateException.class,
                () -> new Rounds(1, 1e-6, 0).hold(contest(new Fixed(Float.NaN), new Fixed(1), 1)));
        assertThrows(IllegalStateException.class,
                () -> new Rounds(1, 1e-6, 0).hold(contest(new Fixed(1), new Fixed(1, 1), 1)));
        assertThrows(IllegalArgumentException.class, () -> new Rounds(0, 1, 1));
    }

    @Test
    void memoryBoundMeansLittleArithmeticForEachByte() {
        assertTrue(new Work("g", "n", "s", 79, 10, 0).isBoundByMemory());
        assertTrue(!new Work("g", "n", "s", 80, 10, 0).isBoundByMemory());
    }
}
