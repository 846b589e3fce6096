package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.Table;
import org.espalier.experiments.tune.TunedStorage;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.weights.StateDict;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Node;
import org.espalier.prune.compact.CompactionPlan;
import org.espalier.prune.compact.DeadNeurons;
import org.espalier.prune.compact.Equivalence;
import org.espalier.prune.compact.StorageChoice;
import org.espalier.prune.compact.Zeros;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compact}: what is left of a pruned network, in as few bytes as it takes. */
@Command(name = "compact", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Writes a pruned network in as few bytes as what is left of it takes: dead neurons go, each layer is stored dense or packed, whichever is smaller, and says how it is run.",
    "evaluate takes the file as it is; export writes it for other programs."})
final class CompactCommand implements Callable<Integer> {
    /** Outputs may differ by this share of the largest one: sums are taken in another order. */
    private static final double TOLERANCE = 1e-4;
    private static final int MOST_INPUTS = 16;
    private static final int MOST_PIXELS = 1 << 19;
    private static final String OURS = "espalier.";

    @Parameters(index = "0", paramLabel = "PRUNED", description = "a pruned network: safetensors with masks, such as prune writes or a run has as model.safetensors, or a state dict pruned by PyTorch")
    private Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "the file to write")
    private Path out = Path.of("");

    @Option(names = "--network", paramLabel = "NAME", description = "a network or its alias; default: the one that the file holds")
    private Optional<String> network = Optional.empty();

    @Option(names = "--zeros", description = "take zeros for removed weights where there is no mask")
    private boolean zeros;

    @Option(names = "--tuned", paramLabel = "FILE", description = "from which share of kept weights on a layer runs as compressed rows; default: what was measured on this machine, else what is usual")
    private Optional<Path> tuned = Optional.empty();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Destination.requireFile("OUT", out);
        json.check();
        StorageChoice choice = tuned.map(TunedStorage::read)
                .orElseGet(() -> TunedStorage.of(TunedStorage.place(System.getenv())));
        WeightsOption weights = WeightsOption.of(network, in);
        weights.check();
        try (Backend backend = Backends.open("cpu");
                StateDict dict = StateDict.open(in);
                Model model = weights.load(dict, backend)) {
            requireFinite(model);
            removeZeros(model);
            say(String.format(Locale.ROOT, "network: %s, %,d of %,d weights kept", model.network().name(),
                    model.keptWeights(), weights(model)));
            Set<String> emptyBefore = emptyLayers(model);
            CompactionPlan plan = DeadNeurons.plan(model);
            try (Model smaller = plan.apply()) {
                choice.applyTo(smaller);
                double difference = compare(model, smaller);
                ModelFile.saveCompact(smaller, out, metadata(dict));
                show(model, smaller, plan, difference);
                warn(emptyBefore, emptyLayers(smaller));
            }
        }
        return ExitCode.OK.number();
    }

    private void requireFinite(Model model) {
        try (Scope scope = model.backend().scope()) {
            for (Parameter parameter : model.parameters()) {
                for (float value : parameter.value().toFloats()) {
                    if (!Float.isFinite(value)) {
                        throw new BadFileException(in, parameter.name(), "holds " + value, "finite numbers");
                    }
                }
            }
        }
    }

    private void removeZeros(Model model) {
        boolean pruned = model.weights().stream().anyMatch(CompactCommand::isPruned);
        if (!pruned && !zeros) {
            throw new UsageException(in + " has no masks, so nothing of it is pruned; --zeros takes zeros for removed "
                    + "weights");
        }
        long removed = Zeros.remove(model, zeros);
        if (removed > 0) {
            say(String.format(Locale.ROOT, "%,d weights are zero and count as removed", removed));
        }
    }

    private static boolean isPruned(Parameter weight) {
        return weight.storage().mask().keptCount() < weight.spec().shape().size();
    }

    private static Set<String> emptyLayers(Model model) {
        return model.network().weightedNodes().stream()
                .filter(node -> model.parameter(node.weighted().orElseThrow().parameter()).storage().mask()
                        .keptCount() == 0)
                .map(Node::name)
                .collect(Collectors.toSet());
    }

    /** The largest difference of outputs for random inputs. */
    private static double compare(Model model, Model smaller) {
        Shape sample = model.network().inputShape();
        Shape shape = sample.prepend(Math.clamp(MOST_PIXELS / Math.max(1, sample.size()), 1, MOST_INPUTS));
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        try (Scope scope = model.backend().scope()) {
            Tensor batch = Tensor.of(model.backend(), shape, values);
            double difference = Equivalence.largestDifference(model, smaller, batch);
            double largest = Arrays.stream(model.predict(batch).toDoubles()).map(Math::abs).max().orElse(0);
            if (!(difference <= TOLERANCE * largest)) {
                throw new IllegalStateException(String.format(Locale.ROOT,
                        "the smaller network gives other outputs than the pruned one: they differ by %.3g, the largest is "
                                + "%.3g; nothing was written",
                        difference, largest));
            }
            return difference;
        }
    }

    /** Where the weights come from and how their inputs are made goes along; where training stood does not. */
    private static Map<String, String> metadata(StateDict dict) {
        Map<String, String> metadata = new TreeMap<>(dict.metadata());
        metadata.keySet().removeIf(key -> key.startsWith(OURS) && !key.equals(ModelFile.PREPROCESSING));
        return metadata;
    }

    private void show(Model before, Model after, CompactionPlan plan, double difference) {
        FileSizes sizes = FileSizes.of(out, false);
        Table layers = layers(after, plan, sizes);
        Table total = total(before, after, sizes);
        say("\n" + layers.text());
        say(total.text());
        say(String.format(Locale.ROOT, "outputs differ by at most %.2g on random inputs; written to %s", difference,
                out));
        json.write(layers, total);
    }

    private static Table layers(Model after, CompactionPlan plan, FileSizes sizes) {
        Map<String, FileSizes.Weight> stored =
                sizes.weights().stream().collect(Collectors.toMap(FileSizes.Weight::name, Function.identity()));
        List<List<Cell>> rows = new ArrayList<>();
        for (CompactionPlan.Line line : plan.lines()) {
            FileSizes.Weight weight =
                    stored.get(after.network().node(line.layer()).weighted().orElseThrow().parameter());
            rows.add(List.of(
                    Cell.of(line.layer()),
                    Cell.count(line.channels()),
                    Cell.count(line.channelsAfter()),
                    Cell.count(line.weights()),
                    Cell.count(line.kept()),
                    Cell.count(weight.kept()),
                    SizeCommand.share(weight.kept(), line.weights()),
                    Cell.of(weight.form()),
                    weight.bits() == 0 ? Cell.EMPTY : Cell.count(weight.bits()),
                    weight.bits() == 0 ? Cell.EMPTY : Cell.count(weight.fillers()),
                    Cell.count(weight.bytes()),
                    Cell.of(weight.run())));
        }
        return new Table("layers", "layers, and what is left of them",
                List.of("layer", "neurons", "left", "weights", "kept", "left of these", "share", "stored", "bits",
                        "fillers", "bytes", "runs"),
                rows);
    }

    private static Table total(Model before, Model after, FileSizes sizes) {
        long parameters = parameters(before);
        return new Table("file", "the file, against all parameters as dense float32",
                List.of("parameters", "left", "weights", "biases and others", "header", "file", "dense", "smaller"),
                List.of(List.of(
                        Cell.count(parameters),
                        Cell.count(after.keptWeights() + parameters(after) - weights(after)),
                        Cell.count(sizes.weights().stream().mapToLong(FileSizes.Weight::bytes).sum()),
                        Cell.count(sizes.otherBytes()),
                        Cell.count(sizes.headerBytes()),
                        Cell.count(sizes.fileBytes()),
                        Cell.count(Float.BYTES * parameters),
                        Cell.number((double) Float.BYTES * parameters / sizes.fileBytes(), 2, "x"))));
    }

    private static long parameters(Model model) {
        return model.parameters().stream().mapToLong(parameter -> parameter.spec().shape().size()).sum();
    }

    private static long weights(Model model) {
        return model.weights().stream().mapToLong(weight -> weight.spec().shape().size()).sum();
    }

    private void warn(Set<String> before, Set<String> after) {
        PrintWriter err = spec.commandLine().getErr();
        before.stream().sorted().forEach(layer -> err.println("espalier: warning: layer " + layer
                + " keeps none of its weights; the network's outputs hang on its biases alone"));
        after.stream().filter(layer -> !before.contains(layer)).sorted()
                .forEach(layer -> err.println("espalier: warning: no weight that layer " + layer
                        + " keeps leads from an input to an output"));
        err.flush();
    }

    private void say(String line) {
        PrintWriter words = spec.commandLine().getOut();
        words.println(line);
        words.flush();
    }
}
