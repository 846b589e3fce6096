package org.espalier.experiments.cli;

import java.util.Optional;
import org.espalier.experiments.run.RunStore;
import picocli.CommandLine.Option;

/** Where the runs lie, as every verb that reads them takes it. */
final class RunsOption {
    @Option(names = "--runs", paramLabel = "DIR", description = "where the runs lie; default: ESPALIER_RUNS, then runs")
    private Optional<String> runs = Optional.empty();

    /** @throws org.espalier.experiments.run.UsageException if it is no path */
    RunStore store() {
        return RunStore.from(runs, System.getenv());
    }
}
