package org.espalier.experiments.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.espalier.data.Dataset;
import org.espalier.data.catalog.Datasets;
import org.espalier.experiments.engine.BudgetPruning;
import org.espalier.experiments.engine.DataSpec;
import org.espalier.experiments.engine.FilePrunedRun;
import org.espalier.experiments.engine.FileSensitivityRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.GivenWeights;
import org.espalier.experiments.engine.NetworkSpec;
import org.espalier.experiments.engine.Retraining;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.recipe.TrainingRecipe;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.PeakMemory;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.KnownBackend;
import org.espalier.experiments.study.KnownDataset;
import org.espalier.experiments.study.Table;
import org.espalier.nn.io.AtomicFile;
import org.espalier.nn.io.weights.StateDict;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.prune.Han2015;
import org.espalier.prune.NamedMethod;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.Wish;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.budget.SensitivityCurves;
import org.espalier.tensor.backend.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prune}: weights of one's own, pruned and retrained. Called again it goes on where it was cut off. */
@Command(name = "prune", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Prunes weights of your own step by step, and retrains what is left after each step.",
    "Called again with the same options it goes on from its last checkpoint, and ends with the same bits; what is finished is shown."})
final class PruneCommand implements Callable<Integer> {
    private static final int TRIALS = 8;

    /** A trial without retraining costs seconds. */
    private static final int QUICK_TRIALS = 16;

    @Mixin
    private final WeightsOption weights = new WeightsOption();

    @Option(names = "--dataset", required = true, paramLabel = "NAME", description = "what is retrained and measured on; espalier data list names them")
    private String name = "";

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "the pruned model, masks beside the weights, as safetensors")
    private Path out = Path.of("");

    @Mixin
    private final PruneAmount amount = new PruneAmount();

    @Option(names = "--steps", paramLabel = "N", description = "prune steps, each followed by retraining; shares fall geometrically; default: 5, with --quality or without retraining 1")
    private Optional<Integer> steps = Optional.empty();

    @Mixin
    private final RetrainOption retrain = new RetrainOption();

    @Option(names = "--train-images", paramLabel = "N", description = "retrains on the first images of the set only; default: all")
    private Optional<Integer> images = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "key of order, augmentation and dropout; default: 1")
    private long seed = 1;

    @Option(names = "--backend", paramLabel = "NAME", description = "what computes; default: cuda where there is a device, else cpu")
    private Optional<String> backendName = Optional.empty();

    @Mixin
    private final RunsOption runs = new RunsOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * What was asked for.
     *
     * @param method by shares of 1 where they are to be found
     * @param budget points, where shares are to be found
     */
    private record Plan(PruningMethod method, OptionalDouble budget, TrainingRecipe recipe, Retraining retraining) {}

    @Override
    public Integer call() {
        json.check();
        requireTarget();
        KnownDataset.named(name);
        RunStore store = runs.store();
        try (StateDict dict = StateDict.open(weights.file())) {
            Network network = weights.network(dict);
            return prune(dict, network, plan(network), store);
        }
    }

    private int prune(StateDict dict, Network network, Plan plan, RunStore store) {
        try (Backend backend = KnownBackend.open(backendName);
                Model given = weights.load(dict, backend)) {
            Dataset dataset = Datasets.open(name, data.folder());
            WeightsOption.Normalisation normalisation =
                    weights.forImages(dict, dataset.sampleShape()).framedFor(network, dataset);
            int heldBack = plan.budget().isPresent() ? amount.heldBack(dataset.train().count()) : 0;
            DataSpec what = what(dataset, normalisation, plan.recipe(), heldBack);
            GivenWeights file = GivenWeights.of(weights.file());
            FilePrunedRun run = new FilePrunedRun(NetworkSpec.of(network.name()), file.sha256(), what, plan.method(),
                    plan.retraining(), plan.recipe().batch(), seed, backend.name());
            say("network: " + network.name() + ", weights of " + weights.file());
            say("data: " + dataset.description() + "; retrained on " + what.trainImages() + " images, "
                    + what.augmentation().description());
            say("normalisation: " + normalisation.words());
            say("method: " + amount.method().label() + ", " + amount.method().summary() + "; steps " + run.steps());
            say("retraining: " + retrain.words(network, plan.retraining()));
            say("backend: " + backend.name() + ", " + backend.description() + "; runs: " + store.root());
            Runner runner = new Runner(store, backend, dataset, this::say).given(file);
            if (plan.budget().isEmpty()) {
                runner.complete(List.of(run));
                finish(store, run, List.of());
            } else {
                say("held back: the last " + heldBack + " training images choose, the test images only report");
                BudgetPruning.Found found = search(run, plan.budget().getAsDouble(), heldBack)
                        .search(runner, store, dataset, backend, this::say);
                finish(store, found.run(), List.of(PruneTables.plan(found, given)));
            }
        }
        return ExitCode.OK.number();
    }

    private Plan plan(Network network) {
        if (steps.isPresent() && steps.get() < 1) {
            throw new UsageException("--steps " + steps.get() + ": expected at least 1");
        }
        if (images.isPresent() && images.get() < 1) {
            throw new UsageException("--train-images " + images.get() + ": expected at least 1");
        }
        NamedMethod method = amount.method();
        OptionalDouble budget = amount.budget();
        Wish wish =
                budget.isPresent() ? new Wish.Shares(KeepFractions.parse(everything(network))) : amount.wish(network);
        Retraining retraining = retrain.retraining(network);
        amount.trials(TRIALS);
        int usual = amount.isByThreshold() || retrain.isNone() ? 1 : Han2015.STEPS;
        try {
            return new Plan(method.method(wish, steps.orElse(usual)), budget, retrain.recipe(network), retraining);
        } catch (IllegalArgumentException cause) {
            throw new UsageException(cause.getMessage(), cause);
        }
    }

    /** What a search puts its shares in the place of. */
    private static String everything(Network network) {
        return network.weightedNodes().getFirst().name() + "=1";
    }

    private void requireTarget() {
        Destination.requireFile("--out", out);
        try {
            if (Files.exists(out) && Files.exists(weights.file()) && Files.isSameFile(out, weights.file())) {
                throw new UsageException("--out " + out + ": this is the file of the weights; name another");
            }
        } catch (IOException cause) {
            throw new UsageException("--out " + out + ": " + cause.getMessage(), cause);
        }
    }

    private DataSpec what(Dataset dataset, WeightsOption.Normalisation normalisation, TrainingRecipe recipe,
            int heldBack) {
        int most = dataset.train().count() - heldBack;
        if (most == 0) {
            throw new UsageException("data set " + name + " has no images to train on: " + dataset.description());
        }
        return DataSpec.of(dataset, Math.min(most, images.orElse(most)), normalisation.preprocessing())
                .with(recipe.augmentation());
    }

    private BudgetPruning search(FilePrunedRun run, double points, int heldBack) {
        FileSensitivityRun scan = new FileSensitivityRun(run.network(), run.weights(), run.data(), heldBack,
                SensitivityCurves.SHARES, run.backend());
        return new BudgetPruning(scan, run, points, amount.trials(retrain.isNone() ? QUICK_TRIALS : TRIALS));
    }

    /** Writes the model and shows what was done. */
    private void finish(RunStore store, FilePrunedRun run, List<Table> plan) {
        Path model = new FinishedRuns(store).find(run).orElseThrow().model();
        AtomicFile.write(out, target -> Files.copy(model, target));
        PruneTables tables = new PruneTables(store, run);
        List<Table> all = new ArrayList<>(plan);
        all.add(tables.steps());
        all.add(tables.layers());
        PruneCosts costs = PruneCosts.of(run.network().network(), out);
        all.add(costs.storage());
        all.add(costs.energy());
        all.forEach(table -> say("\n" + table.text().stripTrailing()));
        tables.warnings().forEach(this::say);
        say("\nweights: " + out + ", as in run " + run.id());
        say(PeakMemory.soFar().line());
        json.write(all.toArray(Table[]::new));
    }

    private void say(String line) {
        PrintWriter writer = spec.commandLine().getOut();
        writer.println(line);
        writer.flush();
    }
}
