package org.espalier.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.engine.TimeEstimate;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.io.BadFileException;

/**
 * What a dry run shows: the runs in the order they would be done.
 *
 * @param table one line a run
 * @param finished how many are finished
 * @param runs how many there are
 * @param secondsLeft of training and of measuring
 * @param faults a line for each run with a file that can't be used; its time is that of a run that begins anew
 */
record Plan(Table table, int finished, int runs, double secondsLeft, List<String> faults) {
    Plan {
        faults = List.copyOf(faults);
    }

    /** A run with the time it needs. */
    private record Standing(StoredRun.State state, double seconds) {}

    static Plan of(List<Experiment> experiments, RunStore store, TimeEstimate estimate) {
        List<List<Cell>> rows = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        int finished = 0;
        double left = 0;
        for (Experiment experiment : Runner.inOrder(experiments)) {
            Standing standing = standing(experiment, store, estimate);
            boolean done = standing.state instanceof StoredRun.Finished;
            boolean broken = standing.state instanceof StoredRun.Broken;
            if (broken) {
                faults.add(standing.state.words());
            }
            finished += done ? 1 : 0;
            left += standing.seconds;
            rows.add(List.of(
                    Cell.of(experiment.id().text()),
                    Cell.of(broken ? "broken" : standing.state.words()),
                    Cell.count(estimate.images(experiment)),
                    Cell.of(done ? "" : duration(standing.seconds))));
        }
        Table table = new Table("runs", "runs", List.of("run", "state", "images", "time left"), rows);
        return new Plan(table, finished, rows.size(), left, faults);
    }

    private static Standing standing(Experiment experiment, RunStore store, TimeEstimate estimate) {
        StoredRun.State state = StoredRun.state(store, experiment);
        try {
            if (!(state instanceof StoredRun.Broken)) {
                return new Standing(state, estimate.secondsLeft(experiment));
            }
        } catch (BadFileException events) {
            state = new StoredRun.Broken(events.getMessage());
        }
        return new Standing(state, estimate.secondsAnew(experiment));
    }

    String summary() {
        return finished + " of " + runs + " runs finished; time left about " + duration(secondsLeft);
    }

    /** {@code 1:02:03}. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
