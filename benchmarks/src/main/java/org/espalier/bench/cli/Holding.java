package org.espalier.bench.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Outcome;
import org.espalier.bench.measure.Rounds;
import org.espalier.experiments.run.RunFailedException;

/**
 * Contests held one after the other, with a line of progress each.
 *
 * @param way how each is held
 * @param progress where its line goes
 */
record Holding(Rounds way, PrintWriter progress) {
    /**
     * @throws RunFailedException if two sides give different results: nothing is shown of a comparison in which somebody was
     *     wrong
     */
    List<Outcome> hold(List<Contest> contests) {
        return IntStream.range(0, contests.size()).mapToObj(i -> hold(contests, i)).toList();
    }

    /**
     * The same, up to the first in which our side is the slower one; that one is the last of the list.
     *
     * @throws RunFailedException if two sides give different results
     */
    List<Outcome> holdUntilLost(List<Contest> contests) {
        List<Outcome> outcomes = new ArrayList<>();
        do {
            outcomes.add(hold(contests, outcomes.size()));
        } while (outcomes.getLast().ratio() >= 1 && outcomes.size() < contests.size());
        return outcomes;
    }

    private Outcome hold(List<Contest> contests, int i) {
        Outcome outcome = hold(contests.get(i));
        progress.printf(Locale.ROOT, "%d/%d %s: %.2f%n", i + 1, contests.size(), contests.get(i), outcome.ratio());
        progress.flush();
        return outcome;
    }

    private Outcome hold(Contest contest) {
        try {
            return way.hold(contest);
        } catch (IllegalStateException wrong) {
            throw new RunFailedException(wrong.getMessage(), wrong);
        }
    }
}
