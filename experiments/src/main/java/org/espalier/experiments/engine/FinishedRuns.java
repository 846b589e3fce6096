package org.espalier.experiments.engine;

import java.util.List;
import java.util.Optional;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.timing.Timings;

/** What tables and figures are made of: the runs of a store that came to their end, and the reasons why others did not. */
public final class FinishedRuns {
    private final RunStore store;

    public FinishedRuns(RunStore store) {
        this.store = store;
    }

    /** The run of an experiment, if it is finished. */
    public Optional<FinishedRun> find(Experiment experiment) {
        return switch (store.look(experiment.id())) {
            case Run.Finished run -> Optional.of(new FinishedRun(
                    experiment, RunResult.of(run), run.provenance(), store.folder(run.id())));
            case Run.Unfinished _ -> Optional.empty();
        };
    }

    /** What a sensitivity scan found, if it is finished: layer by layer, each in the order of the scan's shares. */
    public Optional<List<SensitivityPoint>> sensitivity(Scan scan) {
        return switch (store.look(scan.id())) {
            case Run.Finished run -> Optional.of(RunResult.sensitivity(run));
            case Run.Unfinished _ -> Optional.empty();
        };
    }

    /** How a run went, if it is finished. */
    public Optional<TrainingCurve> curve(Experiment experiment) {
        return switch (store.look(experiment.id())) {
            case Run.Finished _ -> Optional.of(TrainingCurve.of(store, experiment.id()));
            case Run.Unfinished _ -> Optional.empty();
        };
    }

    /** The layers that were timed for a study, if they were. */
    public Optional<Timings> timings(String study) {
        return store.kept(study, Timings.class);
    }

    /** How it stands with a run, in a few words: {@code finished}, or why it is not. */
    public String state(Experiment experiment) {
        return switch (store.look(experiment.id())) {
            case Run.Finished _ -> "finished";
            case Run.Unfinished run -> run.reason();
        };
    }

    /** The line for a run that is not finished. */
    public String gap(Experiment experiment) {
        return experiment.id() + ": " + state(experiment);
    }
}
