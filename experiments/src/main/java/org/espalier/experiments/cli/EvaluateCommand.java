package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.data.Dataset;
import org.espalier.data.catalog.Datasets;
import org.espalier.data.feed.SequentialBatches;
import org.espalier.experiments.engine.DataSpec;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.PeakMemory;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.KnownBackend;
import org.espalier.experiments.study.KnownDataset;
import org.espalier.experiments.study.Table;
import org.espalier.nn.io.weights.StateDict;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.train.Evaluator;
import org.espalier.tensor.backend.Backend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: how many test images a network with given weights gets right. */
@Command(name = "evaluate", mixinStandardHelpOptions = true, sortOptions = false, description = "Measures a network with given weights on the test images of a data set: top-1, top-5 and mean cross-entropy.")
final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private final WeightsOption weights = new WeightsOption();

    @Option(names = "--dataset", required = true, paramLabel = "NAME", description = "the data set; espalier data list names them")
    private String name = "";

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--batch", paramLabel = "N", description = "images at a time; no result depends on it beyond rounding; default: 250, fewer if they are large")
    private Optional<Integer> batch = Optional.empty();

    @Option(names = "--backend", paramLabel = "NAME", description = "what computes; default: cuda where there is a device, else cpu")
    private Optional<String> backendName = Optional.empty();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        weights.check();
        if (batch.isPresent() && batch.get() < 1) {
            throw new UsageException("--batch " + batch.get() + ": expected at least 1");
        }
        KnownDataset.named(name);
        try (StateDict dict = StateDict.open(weights.file());
                Backend backend = KnownBackend.open(backendName);
                Model model = weights.load(dict, backend)) {
            Network network = model.network();
            Dataset dataset = Datasets.open(name, data.folder());
            WeightsOption.Normalisation normalisation =
                    weights.forImages(dict, dataset.sampleShape()).framedFor(network, dataset);
            say("network: " + network.name() + ", weights of " + weights.file());
            say("data: " + dataset.description());
            say("normalisation: " + normalisation.words());
            say("backend: " + backend.name() + ", " + backend.description());
            long begun = System.nanoTime();
            SequentialBatches images = new SequentialBatches(dataset.test(), normalisation.preprocessing(),
                    batch.orElse(DataSpec.testBatch(network.inputShape())));
            Evaluator.Evaluation result = Evaluator.evaluate(model, images);
            double seconds = (System.nanoTime() - begun) / 1e9;
            Table table = table(network, dataset, normalisation, result);
            say("\n" + table.text().stripTrailing());
            say(String.format(Locale.ROOT, "%.1f s, %.0f images/s", seconds, result.count() / seconds));
            if (!images.broken().isEmpty()) {
                say("left out: " + images.broken().size() + " of " + images.samples()
                        + " images, which cannot be read");
            }
            say(PeakMemory.soFar().line());
            json.write(table);
        }
        return ExitCode.OK.number();
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private static Table table(Network network, Dataset dataset, WeightsOption.Normalisation normalisation,
            Evaluator.Evaluation result) {
        return new Table("evaluation", network.name() + " on the test images of " + dataset.name(),
                List.of("network", "data set", "normalisation", "images", "right", "top-1", "top-5", "loss"),
                List.of(List.of(
                        Cell.of(network.name()),
                        Cell.of(dataset.name()),
                        Cell.of(normalisation.preprocessing().name()),
                        Cell.count(result.count()),
                        Cell.count(result.right1()),
                        Cell.number(100 * result.top1(), 2, "%"),
                        Cell.number(100 * result.top5(), 2, "%"),
                        Cell.number(result.loss(), 4, ""))));
    }
}
