package org.espalier.bench.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * How a contest is held: both sides in turn in one process, so that whatever else the machine does hits both alike, and a
 * ratio for each round.
 *
 * @param count rounds
 * @param seconds of each side in a round, about
 * @param warmUp seconds that each side runs before, for the JIT and for pools to fill, and again while that makes it faster
 */
public record Rounds(int count, double seconds, double warmUp) {
    /** OpenBLAS's threads spin for 2^26 cycles, some 25 ms, before they sleep, and would take a core from the other side. */
    private static final long REST_MILLIS = 50;

    /** Seconds that either side takes in all, about: where a call takes many there are fewer rounds, but some. */
    private static final double LONGEST_SECONDS = 30;
    private static final int FEWEST = 3;

    /** Warm-ups of a side at most. A whole network takes the JIT some seconds: five, where a product takes one. */
    private static final int MOST_WARM_UPS = 8;
    /** A side that gains less than a twentieth is warm. */
    private static final double WARM = 0.95;

    public Rounds {
        if (count < 1 || !(seconds > 0) || !(warmUp >= 0)) {
            throw new IllegalArgumentException("a contest needs rounds of some length");
        }
    }

    /**
     * Checks that both sides give the same, then times them.
     *
     * @throws IllegalStateException if they don't: what is wrong is not timed
     */
    public Outcome hold(Contest contest) {
        try (Entrant ours = contest.ours().get(); Entrant theirs = contest.theirs().get()) {
            call(ours);
            call(theirs);
            requireEqual(contest, ours.result(), theirs.result());
            double longest = Math.max(warmUp(ours), warmUp(theirs));
            int most = Math.max(Math.min(count, FEWEST), (int) Math.min(count, LONGEST_SECONDS / longest));
            List<Double> ourTimes = new ArrayList<>();
            List<Double> theirTimes = new ArrayList<>();
            for (int round = 0; round < most; round++) {
                if (round % 2 == 0) {
                    ourTimes.add(turn(contest, ours));
                    theirTimes.add(turn(contest, theirs));
                } else {
                    theirTimes.add(turn(contest, theirs));
                    ourTimes.add(turn(contest, ours));
                }
            }
            if (contest.repeatable()) {
                requireEqual(contest, ours.result(), theirs.result());
            }
            return new Outcome(contest, ourTimes, theirTimes);
        }
    }

    /** Gives seconds a call in the end. */
    private double warmUp(Entrant side) {
        double before = run(side, warmUp);
        for (int again = 1; again < MOST_WARM_UPS && before < warmUp; again++) {
            double now = run(side, warmUp);
            if (now > WARM * before) {
                return now;
            }
            before = now;
        }
        return before;
    }

    private double turn(Contest contest, Entrant side) {
        if (contest.threads() > 1) {
            rest();
        }
        return run(side, seconds);
    }

    /** Waits until the threads of the other side sleep. */
    private static void rest() {
        try {
            Thread.sleep(REST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls for so many seconds, at least once; gives seconds a call. */
    private static double run(Entrant side, double seconds) {
        long total = 0;
        int calls = 0;
        long until = System.nanoTime() + (long) (seconds * 1e9);
        do {
            total += call(side);
            calls++;
        } while (System.nanoTime() < until);
        return total / 1e9 / calls;
    }

    private static long call(Entrant side) {
        side.prepare();
        long start = System.nanoTime();
        side.go();
        return System.nanoTime() - start;
    }

    private static void requireEqual(Contest contest, float[] ours, float[] theirs) {
        if (ours.length != theirs.length) {
            throw new IllegalStateException(
                    contest + ": we give " + ours.length + " numbers, the peer " + theirs.length
                            + ": not the same work, so it is not timed");
        }
        double largest = Float.MIN_NORMAL;
        for (float value : theirs) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < ours.length; i++) {
            if (!(Math.abs((double) ours[i] - theirs[i]) <= contest.tolerance() * largest)) {
                throw new IllegalStateException(
                        contest + ": we give " + ours[i] + " at " + i + ", the peer " + theirs[i]
                                + ": one of them is wrong, so it is not timed");
            }
        }
    }
}
