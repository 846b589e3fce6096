package org.espalier.bench.cli;

import java.io.PrintWriter;
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
        return IntStream.range(0, contests.size()).mapToObj(i -> {
            Outcome outcome = hold(contests.get(i));
            progress.printf(Locale.ROOT, "%d/%d %s: %.2f%n", i + 1, contests.size(), contests.get(i), outcome.ratio());
            progress.flush();
            return outcome;
        }).toList();
    }

    private Outcome hold(Contest contest) {
        try {
            return way.hold(contest);
        } catch (IllegalStateException wrong) {
            throw new RunFailedException(wrong.getMessage(), wrong);
        }
    }
}
