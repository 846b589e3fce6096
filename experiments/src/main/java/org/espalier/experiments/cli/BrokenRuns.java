package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.List;
import org.espalier.experiments.engine.StoredRun;

/** Runs whose files can't be used are named, and the others are used all the same. */
final class BrokenRuns {
    private BrokenRuns() {}

    /** Prints a line for each; true if there is one. */
    static boolean tell(List<StoredRun> runs, PrintWriter err) {
        List<StoredRun> broken = runs.stream().filter(run -> run.state() instanceof StoredRun.Broken).toList();
        broken.forEach(run -> err.println("espalier: left out: " + run.state().words()));
        err.flush();
        return !broken.isEmpty();
    }
}
