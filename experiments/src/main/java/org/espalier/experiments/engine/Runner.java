package org.espalier.experiments.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.espalier.data.Dataset;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunFailedException;
import org.espalier.experiments.run.RunFolder;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.train.TrainingFailedException;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.feed.BatchSource;

/** Completes experiments: trains what is missing, goes on with what was cut off, skips what is finished. */
public final class Runner {
    /** What an interrupted run loses at most, but for a step. */
    public static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(20);

    private final RunStore store;
    private final Backend backend;
    private final Dataset dataset;
    private final Duration checkpointEvery;
    private final Consumer<String> told;
    private final Map<String, GivenWeights> given = new HashMap<>();

    /**
     * @param dataset the set that all experiments train on
     * @param told hears a line for each run that begins, goes on or is skipped
     */
    public Runner(RunStore store, Backend backend, Dataset dataset, Consumer<String> told) {
        this(store, backend, dataset, CHECKPOINT_EVERY, told);
    }

    /** The same with another time between checkpoints; it changes no result. */
    public Runner(RunStore store, Backend backend, Dataset dataset, Duration checkpointEvery, Consumer<String> told) {
        this.store = store;
        this.backend = backend;
        this.dataset = dataset;
        this.checkpointEvery = checkpointEvery;
        this.told = told;
    }

    /** Says where weights lie that experiments name by their content; returns this. */
    public Runner given(GivenWeights weights) {
        given.put(weights.sha256(), weights);
        return this;
    }

    /** The experiments and those they build on, each once, parents first. */
    public static List<Experiment> inOrder(List<? extends Experiment> wanted) {
        Map<RunId, Experiment> ordered = new LinkedHashMap<>();
        wanted.forEach(experiment -> add(experiment, ordered));
        return new ArrayList<>(ordered.values());
    }

    private static void add(Experiment experiment, Map<RunId, Experiment> ordered) {
        experiment.parent().ifPresent(parent -> add(parent, ordered));
        ordered.putIfAbsent(experiment.id(), experiment);
    }

    /**
     * Carries out all that is not finished, in order.
     *
     * @throws org.espalier.experiments.run.UsageException if a run can't be begun or gone on with
     * @throws RunFailedException if a run can't go on, such as when its loss became NaN
     */
    public void complete(List<? extends Experiment> wanted) {
        for (Experiment experiment : inOrder(wanted)) {
            RunId id = experiment.id();
            if (store.look(id) instanceof Run.Finished) {
                told.accept(id + ": finished before");
            } else {
                carryOut(experiment, id);
            }
        }
    }

    private void carryOut(Experiment experiment, RunId id) {
        requireFit(experiment);
        try (RunFolder folder = store.open(id, experiment.text(), provenance(experiment))) {
            if (folder.isFinished()) {
                told.accept(id + ": finished by another process");
                return;
            }
            switch (experiment) {
                case TrainingRun run -> train(run, folder);
                case Scan scan -> scan(scan, folder);
            }
        }
    }

    private void train(TrainingRun run, RunFolder folder) {
        var setting = new RunSession.Setting(backend, dataset, checkpointEvery, told);
        try (RunSession session = new RunSession(run, folder, () -> begin(run), setting)) {
            told.accept(folder.id() + (session.goesOn() ? ": goes on from its last checkpoint" : ": begins"));
            session.run();
        } catch (TrainingFailedException cause) {
            throw new RunFailedException("run " + folder.id() + " stopped: " + cause.getMessage(), cause);
        }
    }

    private void scan(Scan scan, RunFolder folder) {
        BatchSource test = scan.data().testImages(dataset);
        try (Model model = begin(scan)) {
            switch (scan) {
                case SensitivityRun run -> new SensitivitySession(scan, folder, model, test, told)
                        .run(finished(run.dense()).result());
                case FileSensitivityRun run -> new SensitivitySession(
                        scan, folder, model, run.data().heldBackImages(dataset, run.heldBack()), told)
                        .run(RunResult.of(model, test, new RunResult.Pace(0, 0), run.weights()));
            }
        }
    }

    /** The weights that an experiment begins with. */
    private Model begin(Experiment experiment) {
        Network network = experiment.network().network();
        return switch (experiment) {
            case DenseRun run -> Model.initialise(network, backend, run.seed());
            case PrunedRun run -> ModelFile.load(finished(run.dense()).model(), network, backend);
            case TurnsRun run -> ModelFile.load(finished(run.dense()).model(), network, backend);
            case LevelsRun run -> ModelFile.load(finished(run.dense()).model(), network, backend);
            case SensitivityRun run -> ModelFile.load(finished(run.dense()).model(), network, backend);
            case FilePrunedRun run -> given(run.weights()).load(network, backend);
            case FileSensitivityRun run -> given(run.weights()).load(network, backend);
        };
    }

    private GivenWeights given(String sha256) {
        GivenWeights weights = given.get(sha256);
        if (weights == null) {
            throw new IllegalArgumentException("nobody said where the weights of SHA-256 " + sha256 + " lie");
        }
        return weights;
    }

    private FinishedRun finished(Experiment experiment) {
        return new FinishedRuns(store)
                .find(experiment)
                .orElseThrow(() -> new IllegalStateException(experiment.id() + " should be finished by now"));
    }

    private void requireFit(Experiment run) {
        if (!run.backend().equals(backend.name()) || !run.data().checksum().equals(dataset.checksum())) {
            throw new IllegalArgumentException("run " + run.id() + " wants backend " + run.backend() + " and data "
                    + run.data().checksum() + ", got " + backend.name() + " and " + dataset.checksum());
        }
    }

    private Provenance provenance(Experiment run) {
        Map<String, String> settings = Map.of(
                "device", backend.description(),
                "data", dataset.description(),
                DataSpec.SET_IMAGES, Integer.toString(dataset.train().count()));
        return Provenance.now(Provenance.Compute.of(backend), dataset.checksum(), run.seed(), settings);
    }
}
