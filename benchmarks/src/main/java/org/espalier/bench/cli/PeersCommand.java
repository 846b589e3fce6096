package org.espalier.bench.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Outcome;
import org.espalier.bench.suite.Contests;
import org.espalier.bench.suite.Peers;
import org.espalier.experiments.cli.JsonOption;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Table;
import org.espalier.tensor.cpu.CpuLimits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench peers}: our engine beside native libraries, in one process. */
@Command(name = "peers", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Times our engine and native libraries in turn, in one process, on the same numbers.",
    "A ratio above 1 says that we are faster; results are compared before anything is timed."})
final class PeersCommand implements Callable<Integer> {
    @Option(names = "--filter", paramLabel = "TEXT", description = "only work whose line contains this, such as sgemm or ResNet")
    private String filter = "";

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Option(names = "--sgemm", paramLabel = "MxKxN", split = ",", description = "products of these sizes instead; :NT or :TN behind says which operand is transposed")
    private List<String> sizes = List.of();

    @Mixin
    private final RoundsOptions rounds = new RoundsOptions();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        Holding holding = new Holding(rounds.rounds(), spec.commandLine().getErr());
        List<Integer> counts = threads.threads();
        PrintWriter out = spec.commandLine().getOut();
        Peers peers = Peers.find();
        peers.lines().forEach(out::println);
        List<Contest> contests = contests(peers, counts);
        List<CpuLimits> limits = counts.stream().map(CpuLimits::measure).toList();
        limits.forEach(limit -> out.printf(Locale.ROOT, "%s: %.0f GFLOP/s of fused multiply-adds, %.1f GB/s read%n",
                limit.threads() == 1 ? "1 thread" : limit.threads() + " threads", limit.flopsPerSecond() / 1e9,
                limit.bytesPerSecond() / 1e9));
        out.println();
        out.flush();
        List<Outcome> outcomes = holding.hold(contests);
        Table each = PeersTables.each(outcomes, limits);
        Table means = PeersTables.means(outcomes);
        out.print(each.text() + "\n" + means.text());
        out.flush();
        json.write(each, means);
        return ExitCode.OK.number();
    }

    private List<Contest> contests(Peers peers, List<Integer> counts) {
        List<Contest> all;
        try {
            all = sizes.isEmpty()
                    ? Contests.all(peers, counts)
                    : Contests.products(peers, sizes, counts);
        } catch (IllegalArgumentException bad) {
            throw new UsageException("--sgemm: " + bad.getMessage());
        }
        String wanted = filter.toLowerCase(Locale.ROOT);
        List<Contest> some =
                all.stream().filter(c -> c.toString().toLowerCase(Locale.ROOT).contains(wanted)).toList();
        if (some.isEmpty() && !filter.isEmpty() && peers.complete()) {
            throw new UsageException(
                    "--filter " + filter + ": there is no such work here; without --filter all is shown");
        }
        return some;
    }
}
