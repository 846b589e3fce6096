package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;
import org.espalier.data.catalog.Datasets;
import org.espalier.experiments.engine.DataSpec;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.NetworkSpec;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.recipe.TrainingRecipe;
import org.espalier.experiments.report.RunTables;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.PeakMemory;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.KnownBackend;
import org.espalier.experiments.study.KnownDataset;
import org.espalier.experiments.study.KnownPreprocessing;
import org.espalier.experiments.study.Table;
import org.espalier.nn.network.Network;
import org.espalier.tensor.backend.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: a network from initial weights, by a recipe. Called again it goes on where it was cut off. */
@Command(name = "train", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Trains a network from initial weights by a recipe.",
    "Called again with the same options it goes on from its last checkpoint, and ends with the same bits; a finished run is shown."})
final class TrainCommand implements Callable<Integer> {
    @Option(names = "--network", required = true, paramLabel = "NAME", description = "a network or its alias; espalier networks lists them")
    private String network = "";

    @Option(names = "--dataset", required = true, paramLabel = "NAME", description = "the data set; espalier data list names them")
    private String dataset = "";

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--recipe", required = true, paramLabel = "NAME", description = "how; espalier recipe lists them")
    private String recipe = "";

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the images; default: the recipe's")
    private Optional<Integer> epochs = Optional.empty();

    @Option(names = "--batch", paramLabel = "N", description = "images of a batch; default: the recipe's")
    private Optional<Integer> batch = Optional.empty();

    @Option(names = "--accumulate", paramLabel = "N", description = "batches whose gradients make one update, where a batch is too large for memory; default: 1")
    private Optional<Integer> accumulate = Optional.empty();

    @Mixin
    private final DecayOption decay = new DecayOption();

    @Option(names = "--train-images", paramLabel = "N", description = "the first images of the set only; default: all")
    private Optional<Integer> images = Optional.empty();

    @Option(names = "--augment", paramLabel = "NAME", description = "what happens to an image each time it is trained on, such as none, flip, cifar or imagenet; default: the recipe's")
    private Optional<String> augment = Optional.empty();

    @Option(names = "--normalise", paramLabel = "NAME", description = "how pixels become inputs, such as cifar10, imagenet, mnist, unit or MEAN,DEVIATION; default: the recipe's, else what is usual for the set")
    private Optional<String> normalise = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "key of initial weights, order, augmentation and dropout; default: 1")
    private long seed = 1;

    @Option(names = "--backend", paramLabel = "NAME", description = "what computes; default: cuda where there is a device, else cpu")
    private Optional<String> backendName = Optional.empty();

    @Mixin
    private final RunsOption runs = new RunsOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        TrainingRecipe how = recipe();
        Network net = KnownNetwork.named(network);
        KnownDataset.named(dataset);
        Optional<Preprocessing> asked = normalise.map(KnownPreprocessing::named);
        RunStore store = runs.store();
        Dataset set = Datasets.open(dataset, data.folder());
        if (set.train().count() == 0) {
            throw new UsageException("data set " + dataset + " has no images to train on: " + set.description());
        }
        Preprocessing usual = asked.or(how::inputs).orElseGet(() -> Datasets.usualPreprocessing(dataset));
        Preprocessing inputs = KnownDataset.inputs(net, set, usual);
        try (Backend backend = KnownBackend.open(backendName)) {
            DataSpec what = DataSpec.of(set, images.orElse(Integer.MAX_VALUE), inputs).with(how.augmentation());
            DenseRun run =
                    new DenseRun(NetworkSpec.of(net.name()), what, how.recipe(), how.batch(), seed, backend.name());
            say("network: " + net.name() + "; recipe " + how.name() + ": " + how.source());
            say("data: " + set.description() + "; images " + how.augmentation().description());
            say("inputs: " + inputs.name() + ", " + inputs.formula());
            say("backend: " + backend.name() + ", " + backend.description() + "; runs: " + store.root());
            new Runner(store, backend, set, this::say).complete(List.of(run));
            show(new FinishedRuns(store).find(run).orElseThrow());
        }
        return ExitCode.OK.number();
    }

    /** The recipe with what the options change. */
    private TrainingRecipe recipe() {
        TrainingRecipe how = KnownRecipe.named(recipe);
        try {
            if (epochs.isPresent()) {
                requireSome("--epochs", epochs.get());
                how = how.with(how.recipe().withEpochs(epochs.get()));
                how.recipe().rate().at(0, 1, epochs.get());
            }
            if (batch.isPresent()) {
                requireSome("--batch", batch.get());
                how = how.withBatch(batch.get());
            }
            if (accumulate.isPresent()) {
                requireSome("--accumulate", accumulate.get());
                how = how.with(how.recipe().accumulating(accumulate.get()));
            }
            how = how.with(decay.applyTo(how.recipe()));
            images.ifPresent(count -> requireSome("--train-images", count));
            return augment.isPresent() ? how.with(Augmentation.named(augment.get())) : how;
        } catch (IllegalArgumentException cause) {
            throw new UsageException(cause.getMessage(), cause);
        }
    }

    private static void requireSome(String option, int value) {
        if (value < 1) {
            throw new UsageException(option + " " + value + ": expected at least 1");
        }
    }

    private void show(FinishedRun run) {
        Table result = RunTables.result(run.result());
        say("\n" + result.text().stripTrailing());
        say("weights: " + run.model());
        say(PeakMemory.soFar().line());
        json.write(result);
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
