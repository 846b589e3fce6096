package org.espalier.experiments.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.data.Dataset;
import org.espalier.data.SplitMix64;
import org.espalier.experiments.run.RunFolder;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.Checkpoint;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.train.Evaluator;
import org.espalier.nn.train.Evaluator.Evaluation;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.prune.LayerWork;
import org.espalier.prune.Pruner;
import org.espalier.prune.PruningReport;
import org.espalier.prune.WorkMeter;
import org.espalier.prune.score.ScoringContext;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.feed.BatchSource;

/**
 * One sitting at one run, from its beginning or its last checkpoint to its end. A run is a row of stages: stage 0 trains
 * from initial weights, stage k prunes for the k-th time and retrains. A checkpoint holds the stage and where its trainer
 * stands, so nothing before it is needed to go on.
 */
final class RunSession implements AutoCloseable {
    private static final String STAGE = "espalier.stage";

    private final TrainingRun experiment;
    private final RunFolder folder;
    private final Duration checkpointEvery;
    private final Model model;
    private final Dataset dataset;
    private final BatchSource test;
    private final Stopwatch watch;
    private final Standing standing;

    /** Where a run stands when a sitting begins: at a stage's very beginning, or at a checkpoint in it. */
    private record Standing(int stage, boolean atCheckpoint, Stopwatch watch) {}

    /** @param parentModel the final weights of the run that this one builds on */
    RunSession(
            TrainingRun experiment,
            RunFolder folder,
            Optional<Path> parentModel,
            Backend backend,
            Dataset dataset,
            Duration checkpointEvery) {
        DenseRun dense = experiment.dense();
        Network network = dense.network().network();
        this.experiment = experiment;
        this.folder = folder;
        this.checkpointEvery = checkpointEvery;
        this.dataset = dataset;
        this.standing = standing();
        this.watch = standing.watch();
        this.test = dense.data().testImages(dataset);
        this.model = parentModel.isPresent() && !standing.atCheckpoint()
                ? ModelFile.load(parentModel.get(), network, backend)
                : Model.initialise(network, backend, dense.seed());
    }

    private Standing standing() {
        int first = Stages.first(experiment);
        try (SafetensorsFile state = folder.openState().orElse(null)) {
            if (state == null) {
                return new Standing(first, false, new Stopwatch(0));
            }
            String stage = state.metadata().getOrDefault(STAGE, "nothing");
            try {
                return new Standing(Integer.parseInt(stage), true, Stopwatch.of(state));
            } catch (NumberFormatException notWritten) {
                throw new BadFileException(state.path(), "the metadata '" + STAGE + "' is " + stage, "a whole number");
            }
        }
    }

    /** Whether there is a checkpoint to go on from. */
    boolean goesOn() {
        return standing.atCheckpoint();
    }

    void run() {
        for (int stage = standing.stage(); stage <= Stages.last(experiment); stage++) {
            boolean goesOn = standing.atCheckpoint() && stage == standing.stage();
            if (!goesOn && stage > 0) {
                prune(stage);
            }
            try (Trainer trainer = new Trainer(model, Stages.recipe(experiment, stage), seed(stage))) {
                if (goesOn) {
                    load(trainer);
                } else {
                    save(trainer, stage);
                }
                train(trainer, stage);
            }
        }
        finish();
    }

    /** Each stage shuffles and drops out anew. */
    private long seed(int stage) {
        return SplitMix64.stream(experiment.dense().seed(), stage).next();
    }

    private void prune(int step) {
        if (!(experiment instanceof PrunedRun run)) {
            throw new IllegalStateException("a dense run has no prune step");
        }
        Pruner pruner = new Pruner(run.method());
        PruningReport report = pruner.prune(new ScoringContext(model, Optional.of(trainData(step)), seed(step)), step);
        if (step == pruner.steps()) {
            folder.writeFile(FinishedRun.AFTER_PRUNE, file -> ModelFile.save(model, file, metadata()));
        }
        List<Event.Layer> layers = report.layers().stream()
                .map(layer -> new Event.Layer(layer.name(), layer.after().kept(), layer.after().total(),
                        layer.threshold()))
                .toList();
        Evaluation after = Evaluator.evaluate(model, test);
        folder.event(
                new Event.Prune("prune", step, report.total().kept(), report.total().total(), after.top1(), layers));
    }

    private void train(Trainer trainer, int stage) {
        Recipe recipe = Stages.recipe(experiment, stage);
        long images = experiment.dense().data().trainImages();
        Trainer.Position from = trainer.position();
        try (StageListener listener = new StageListener(
                Stages.title(experiment, stage), recipe.epochs(), images, from, checkpointEvery,
                new StageListener.Steps() {
                    @Override
                    public void epoch(org.espalier.nn.train.TrainingListener.EpochResult result) {
                        watch.pause();
                        Evaluation curve = Evaluator.evaluate(model, test);
                        folder.event(new Event.Epoch(
                                "epoch",
                                stage,
                                result.epoch() + 1,
                                result.meanLoss(),
                                result.accuracy(),
                                result.rate(),
                                curve.top1(),
                                curve.loss()));
                        save(trainer, stage);
                        watch.start();
                    }

                    @Override
                    public void checkpoint() {
                        save(trainer, stage);
                    }
                })) {
            trainer.listen(listener);
            watch.start();
            trainer.run(trainData(stage));
            watch.pause();
        }
    }

    private BatchSource trainData(int stage) {
        DenseRun dense = experiment.dense();
        return dense.data().trainImages(dataset, dense.batch(), seed(stage));
    }

    private void save(Trainer trainer, int stage) {
        SafetensorsWriter state = new SafetensorsWriter().metadata(metadata());
        watch.addTo(state).metadata(STAGE, Integer.toString(stage));
        Checkpoint.add(state, trainer);
        folder.saveState(state);
    }

    private void load(Trainer trainer) {
        try (SafetensorsFile state = folder.openState().orElseThrow()) {
            Checkpoint.load(trainer, state);
        }
    }

    private Map<String, String> metadata() {
        return Map.of(ModelFile.PREPROCESSING, experiment.dense().data().preprocessing().name(), "espalier.run",
                folder.id().text());
    }

    private void finish() {
        folder.writeFile(FinishedRun.MODEL, file -> ModelFile.save(model, file, metadata()));
        List<LayerCount> counts = LayerCount.of(model.network());
        List<LayerWork> layers = WorkMeter.measure(model, test);
        folder.finish(new RunResult(
                model.network().name(),
                Evaluator.evaluate(model, test),
                counts.stream().mapToLong(LayerCount::parameters).sum(),
                counts.stream().mapToLong(LayerCount::weights).sum(),
                model.keptWeights(),
                layers,
                new RunResult.Pace(experiment.imagesToTrain(), watch.seconds()),
                folder.sha256(FinishedRun.MODEL)));
    }

    @Override
    public void close() {
        model.close();
    }
}
