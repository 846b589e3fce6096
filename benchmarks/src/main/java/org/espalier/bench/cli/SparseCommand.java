package org.espalier.bench.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.bench.measure.Crossing;
import org.espalier.bench.measure.Outcome;
import org.espalier.bench.suite.DensitySweep;
import org.espalier.bench.suite.Peers;
import org.espalier.bench.suite.SparseContest;
import org.espalier.bench.suite.SparseContests;
import org.espalier.experiments.cli.JsonOption;
import org.espalier.experiments.picture.Charts;
import org.espalier.experiments.picture.Png;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.Table;
import org.espalier.nn.io.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench sparse}: pruned layers and networks on compressed rows beside dense ones, ours and others'. */
@Command(name = "sparse", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Times pruned layers and networks on compressed rows and dense, in turn, in one process, on the same numbers.",
    "A ratio above 1 says that compressed rows are faster; results are compared before anything is timed."})
final class SparseCommand implements Callable<Integer> {
    @Option(names = "--filter", paramLabel = "TEXT", description = "only work whose line contains this, such as fc6, inference or break-even")
    private String filter = "";

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Mixin
    private final RoundsOptions rounds = new RoundsOptions();

    @Option(names = "--plot", paramLabel = "FILE", description = "draw there, as PNG, the ratio by the share removed")
    private Optional<Path> plot = Optional.empty();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        plot.ifPresent(SparseCommand::requirePng);
        PrintWriter out = spec.commandLine().getOut();
        Holding holding = new Holding(rounds.rounds(), spec.commandLine().getErr());
        List<Integer> counts = threads.threads();
        Peers peers = Peers.find();
        List<SparseContest> contests = SparseContests.all(peers, counts).stream()
                .filter(contest -> isWanted(contest.contest())).toList();
        List<DensitySweep> sweeps = DensitySweep.layers(peers.blas(), counts.getFirst()).stream()
                .filter(this::isWanted).toList();
        requireSome(contests, sweeps, peers);
        peers.lines().stream().filter(line -> !line.startsWith("ONNX")).forEach(out::println);
        out.println();
        out.flush();
        List<Table> tables = new ArrayList<>();
        if (!contests.isEmpty()) {
            tables.add(SparseTables.each(contests,
                    holding.hold(contests.stream().map(SparseContest::contest).toList())));
            show(tables.getLast());
        }
        if (!sweeps.isEmpty()) {
            List<Crossing> crossings = sweeps.stream().map(sweep -> crossing(holding, sweep)).toList();
            tables.add(SparseTables.breakEven(sweeps, crossings));
            show(tables.getLast());
            plot.ifPresent(file -> draw(file, SparseTables.curves(sweeps, crossings)));
        }
        json.write(tables.toArray(Table[]::new));
        return ExitCode.OK.number();
    }

    private static Crossing crossing(Holding holding, DensitySweep sweep) {
        return new Crossing(sweep.kept(), holding.hold(sweep.contests()).stream().map(Outcome::ratio).toList());
    }

    private boolean isWanted(Object work) {
        return work.toString().toLowerCase(Locale.ROOT).contains(filter.toLowerCase(Locale.ROOT));
    }

    private void requireSome(List<SparseContest> contests, List<DensitySweep> sweeps, Peers peers) {
        if (contests.isEmpty() && sweeps.isEmpty() && peers.complete()) {
            throw new UsageException(
                    "--filter " + filter + ": there is no such work here; without --filter all is shown");
        }
        if (plot.isPresent() && sweeps.isEmpty()) {
            throw new UsageException("--plot draws the break-even, which --filter " + filter + " leaves out");
        }
    }

    private void show(Table table) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(table.text());
        out.flush();
    }

    private static void requirePng(Path file) {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new UsageException("--plot " + file + ": a name that ends in .png is expected");
        }
        Destination.requireFile("--plot", file);
    }

    private static void draw(Path file, List<Charts.Curve> curves) {
        var image = Charts.lines("Sparse against dense", "weights removed, %", "dense time / sparse time", 0, curves);
        AtomicFile.write(file, out -> out.write(Png.of(image)));
    }
}
