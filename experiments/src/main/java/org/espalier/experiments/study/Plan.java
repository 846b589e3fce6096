package org.espalier.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.TimeEstimate;

/**
 * What a dry run shows: the runs in the order they would be done.
 *
 * @param table one line a run
 * @param finished how many are finished
 * @param runs how many there are
 * @param secondsLeft of training
 */
record Plan(Table table, int finished, int runs, double secondsLeft) {
    static Plan of(List<Experiment> experiments, FinishedRuns runs, TimeEstimate estimate) {
        List<List<Cell>> rows = new ArrayList<>();
        int finished = 0;
        double left = 0;
        for (Experiment experiment : Runner.inOrder(experiments)) {
            boolean done = runs.find(experiment).isPresent();
            double seconds = estimate.secondsLeft(experiment);
            finished += done ? 1 : 0;
            left += seconds;
            rows.add(List.of(
                    Cell.of(experiment.id().text()),
                    Cell.of(runs.state(experiment)),
                    Cell.count(experiment.imagesToTrain()),
                    Cell.of(done ? "" : duration(seconds))));
        }
        Table table = new Table("runs", "runs", List.of("run", "state", "images", "time left"), rows);
        return new Plan(table, finished, rows.size(), left);
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
