package org.espalier.experiments.engine;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.espalier.data.Dataset;
import org.espalier.data.SplitMix64;
import org.espalier.experiments.run.RunFolder;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.Checkpoint;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.train.Evaluator;
import org.espalier.nn.train.Evaluator.Evaluation;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.prune.DropoutRescale;
import org.espalier.prune.Pruner;
import org.espalier.prune.PruningReport;
import org.espalier.prune.mask.Masks;
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
    private final Supplier<Model> beginning;
    private final Setting setting;
    private final Network network;
    private final BatchSource test;
    private final Stopwatch watch;
    private final Standing standing;

    /** The network as it is, or with the dropout that fits what was pruned; the weights are the same. */
    private Model model;

    /**
     * What does not depend on the run.
     *
     * @param told hears how it goes with weights of one's own
     */
    record Setting(Backend backend, Dataset dataset, Duration checkpointEvery, Consumer<String> told) {}

    /** Where a run stands when a sitting begins: at a stage's very beginning, or at a checkpoint in it. */
    private record Standing(int stage, boolean atCheckpoint, Stopwatch watch) {}

    /** @param beginning makes the weights that the run begins with, where there is no checkpoint */
    RunSession(TrainingRun experiment, RunFolder folder, Supplier<Model> beginning, Setting setting) {
        this.experiment = experiment;
        this.folder = folder;
        this.beginning = beginning;
        this.setting = setting;
        this.network = experiment.network().network();
        this.standing = standing();
        this.watch = standing.watch();
        this.test = experiment.data().testImages(setting.dataset());
        this.model = standing.atCheckpoint() ? atCheckpoint() : beginning.get();
    }

    /** With the masks of the checkpoint, which decide the dropout, and so the network that it is of. */
    private Model atCheckpoint() {
        try (SafetensorsFile state = folder.openState().orElseThrow()) {
            return DropoutRescale.model(network, ModelFile.load(state.path(), network, setting.backend()));
        }
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
        if (experiment instanceof FilePrunedRun && !standing.atCheckpoint()) {
            double accuracy = Evaluator.evaluate(model, test).top1();
            folder.event(new Event.Before("before", accuracy));
            tell(String.format(Locale.ROOT, "before: %,d of %,d weights, top-1 %.2f %%", model.keptWeights(),
                    Masks.of(model).sparsity().total(), 100 * accuracy));
        }
        for (int stage = standing.stage(); stage <= Stages.last(experiment); stage++) {
            boolean goesOn = standing.atCheckpoint() && stage == standing.stage();
            if (!goesOn && stage > 0) {
                if (experiment instanceof LevelsRun && stage > Stages.first(experiment)) {
                    model.close();
                    model = beginning.get();
                }
                prune(stage);
            }
            try (Trainer trainer = new Trainer(model, Stages.recipe(experiment, stage), seed(stage), trained(stage))) {
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
        return SplitMix64.stream(experiment.seed(), stage).next();
    }

    private Predicate<Parameter> trained(int stage) {
        return Stages.part(experiment, stage).map(part -> part.parameters(network)).orElse(_ -> true);
    }

    private PruningReport pruned(int stage) {
        ScoringContext context = new ScoringContext(model, Optional.of(trainData(stage)), seed(stage));
        return switch (experiment) {
            case DenseRun _ -> throw new IllegalStateException("a dense run has no prune step");
            case PrunedRun run -> new Pruner(run.method()).prune(context, stage);
            case TurnsRun run -> new Pruner(run.of().method())
                    .prune(context, TurnsRun.step(stage), Stages.part(run, stage).orElseThrow());
            case LevelsRun run -> new Pruner(run.method()).prune(context, stage);
            case FilePrunedRun run -> Stages.part(run, stage)
                    .map(part -> new Pruner(run.method()).prune(context, run.step(stage), part))
                    .orElseGet(() -> new Pruner(run.method()).prune(context, stage));
        };
    }

    private void prune(int stage) {
        PruningReport report = pruned(stage);
        Network rescaled = DropoutRescale.network(network, model);
        if (!rescaled.equals(model.network())) {
            model = model.withNetwork(rescaled);
        }
        if (stage == Stages.last(experiment)) {
            folder.writeFile(FinishedRun.AFTER_PRUNE,
                    file -> ModelFile.save(model.withNetwork(network), file, metadata()));
        }
        List<Event.Layer> layers = report.layers().stream()
                .map(layer -> new Event.Layer(layer.name(), layer.after().kept(), layer.after().total(),
                        layer.threshold(), layer.deviation()))
                .toList();
        Evaluation after = Evaluator.evaluate(model, test);
        folder.event(
                new Event.Prune("prune", stage, report.total().kept(), report.total().total(), after.top1(), layers));
        tell(stage, String.format(Locale.ROOT, "%,d of %,d weights left (%.2fx), top-1 %.2f %%", report.total().kept(),
                report.total().total(), report.total().compression(), 100 * after.top1()));
        report.emptied().forEach(layer -> tell(FilePrunedRun.emptied(layer.name(), layer.after().total())));
    }

    private void tell(int stage, String line) {
        if (experiment instanceof FilePrunedRun run) {
            tell(run.title(stage) + ": " + line);
        }
    }

    /** Of weights of one's own, whose way is watched; studies show theirs in tables. */
    private void tell(String line) {
        if (experiment instanceof FilePrunedRun) {
            setting.told().accept(line);
        }
    }

    private void train(Trainer trainer, int stage) {
        Recipe recipe = Stages.recipe(experiment, stage);
        if (recipe.epochs() == 0) {
            return;
        }
        long images = experiment.data().trainImages();
        Trainer.Position from = trainer.position();
        try (StageListener listener = new StageListener(
                Stages.title(experiment, stage), recipe.epochs(), images, from, setting.checkpointEvery(),
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
                        if (result.epoch() + 1 == recipe.epochs()) {
                            tell(stage, String.format(Locale.ROOT, "retrained, top-1 %.2f %%", 100 * curve.top1()));
                        }
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
        return experiment.data().trainImages(setting.dataset(), experiment.batch(), seed(stage));
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
        return Map.of(ModelFile.PREPROCESSING, experiment.data().preprocessing().name(), "espalier.run",
                folder.id().text());
    }

    private void finish() {
        folder.writeFile(FinishedRun.MODEL, file -> ModelFile.save(model.withNetwork(network), file, metadata()));
        var pace = new RunResult.Pace(experiment.imagesToTrain(), watch.seconds());
        folder.finish(RunResult.of(model, test, pace, folder.sha256(FinishedRun.MODEL)));
    }

    @Override
    public void close() {
        model.close();
    }
}
