package org.espalier.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.espalier.bench.measure.Crossing;
import org.espalier.bench.measure.Outcome;
import org.espalier.bench.measure.Rounds;
import org.espalier.bench.suite.DensitySweep;
import org.espalier.experiments.cli.JsonOption;
import org.espalier.experiments.cli.Verb;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.Table;
import org.espalier.experiments.tune.TunedStorage;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.prune.compact.StorageChoice;
import org.espalier.prune.compact.StorageChoice.BreakEven;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tune}: from which share of removed weights on this machine is faster with compressed rows. */
@Command(name = "tune", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Measures, once for a machine, up to which share of kept weights a layer is faster as compressed rows than dense: large and small fully connected layers and convolutions, one sample and 64.",
    "compact decides by it; until then by shares that are usual. Takes some three minutes."})
public final class TuneCommand implements Verb {
    private static final int[] BATCHES = {1, 64};
    private static final Rounds ROUNDS = new Rounds(5, 0.04, 0.15);
    private static final int MOST_THREADS = 64;

    /** A product that waits for memory: 36 million weights. */
    private static final Shape LARGE = Shape.of(4096, 9216);
    /** One whose weights stay in a core's cache: LeNet-300-100's first layer. */
    private static final Shape SMALL = Shape.of(300, 784);

    private final Map<String, String> environment;
    private final Rounds rounds;
    private final IntFunction<List<DensitySweep>> sweeps;

    @Option(names = "--out", paramLabel = "FILE", description = "write there instead of into the user's cache folder, for compact --tuned FILE")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--threads", paramLabel = "COUNT", description = "threads of each side; default: all processors")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** As a user calls it. */
    public TuneCommand() {
        this(System.getenv(), ROUNDS, TuneCommand::usual);
    }

    /**
     * @param environment says where the cache folder is
     * @param rounds how each contest is held
     * @param sweeps eight for so many threads, of the kinds in the order of {@link #usual}
     */
    TuneCommand(Map<String, String> environment, Rounds rounds, IntFunction<List<DensitySweep>> sweeps) {
        this.environment = environment;
        this.rounds = rounds;
        this.sweeps = sweeps;
    }

    @Override
    public Integer call() {
        json.check();
        check();
        Path file = target();
        Holding holding = new Holding(rounds, spec.commandLine().getErr());
        List<DensitySweep> measured = sweeps.apply(threads);
        List<Crossing> crossings = measured.stream().map(sweep -> crossing(holding, sweep)).toList();
        StorageChoice choice = choice(crossings);
        TunedStorage.write(file, choice);
        Table table = SparseTables.breakEven(measured, crossings);
        PrintWriter words = spec.commandLine().getOut();
        words.println(table.text());
        words.println("written to " + file);
        words.flush();
        json.write(table);
        return ExitCode.OK.number();
    }

    /**
     * What lies beyond the first share at which dense is the faster does not matter, and is not measured. So nothing may be
     * lost for want of compiled code: the first contest is held twice, and counts once.
     */
    private static Crossing crossing(Holding holding, DensitySweep sweep) {
        holding.hold(sweep.contests().subList(0, 1));
        List<Double> ratios = holding.holdUntilLost(sweep.contests()).stream().map(Outcome::ratio).toList();
        return new Crossing(sweep.kept().subList(0, ratios.size()), ratios);
    }

    private void check() {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new UsageException("--threads " + threads + ": 1 to " + MOST_THREADS + " are expected");
        }
        try {
            Backends.open("cpu").close();
        } catch (IllegalStateException notUsable) {
            throw new UsageException(String.valueOf(notUsable.getMessage()), notUsable);
        }
    }

    /** Where the shares go; known to be writable before anything is measured. */
    private Path target() {
        if (out.isPresent()) {
            Destination.requireFile("--out", out.get());
            return out.get();
        }
        Path file = TunedStorage.place(environment);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            try {
                Files.createDirectories(folder);
            } catch (IOException cause) {
                throw new CannotWriteException(folder, cause);
            }
        }
        Destination.requireFile("the cache's file", file);
        return file;
    }

    /** Large, small, two convolutions; each at both batches. */
    private static List<DensitySweep> usual(int threads) {
        List<DensitySweep> sweeps = new ArrayList<>();
        for (Shape weight : List.of(LARGE, SMALL)) {
            for (int batch : BATCHES) {
                sweeps.add(DensitySweep.fullyConnected(weight, batch, threads, Optional.empty()));
            }
        }
        for (int batch : BATCHES) {
            // LeNet-5's second, and one of 3x3, which has a faster dense way
            sweeps.add(DensitySweep.convolution(Shape.of(20, 12, 12), Shape.of(50, 20, 5, 5), ConvGeometry.of(1, 0),
                    batch, threads));
        }
        for (int batch : BATCHES) {
            sweeps.add(DensitySweep.convolution(Shape.of(64, 16, 16), Shape.of(64, 64, 3, 3), ConvGeometry.of(1, 1),
                    batch, threads));
        }
        return sweeps;
    }

    /** What eight crossings in the order of {@link #usual} say. */
    static StorageChoice choice(List<Crossing> crossings) {
        List<Double> shares = crossings.stream().map(Crossing::share).toList();
        return new StorageChoice(StorageChoice.SHIPPED.largeFrom(),
                new BreakEven(shares.get(0), shares.get(1)),
                new BreakEven(shares.get(2), shares.get(3)),
                new BreakEven(shares.get(4), shares.get(5)),
                new BreakEven(shares.get(6), shares.get(7)));
    }
}
