package org.espalier.bench.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Outcome;
import org.espalier.bench.measure.Rounds;
import org.espalier.bench.suite.Contests;
import org.espalier.bench.suite.Peers;
import org.espalier.experiments.cli.JsonOption;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.RunFailedException;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Table;
import org.espalier.tensor.backend.Backends;
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
    private static final int MOST_THREADS = 64;

    @Option(names = "--filter", paramLabel = "TEXT", description = "only work whose line contains this, such as sgemm or ResNet")
    private String filter = "";

    @Option(names = "--threads", paramLabel = "COUNT", split = ",", description = "threads of each side; default: 1,2")
    private List<Integer> threads = List.of(1, 2);

    @Option(names = "--sgemm", paramLabel = "MxKxN", split = ",", description = "products of these sizes instead; :NT or :TN behind says which operand is transposed")
    private List<String> sizes = List.of();

    @Option(names = "--rounds", paramLabel = "COUNT", description = "rounds of each contest, fewer where a call takes seconds; default: ${DEFAULT-VALUE}")
    private int rounds = 15;

    @Option(names = "--round-millis", paramLabel = "MS", description = "milliseconds of each side in a round; default: ${DEFAULT-VALUE}")
    private int roundMillis = 60;

    @Option(names = "--warm-up-millis", paramLabel = "MS", description = "milliseconds of each side before, and again while that makes it faster; default: ${DEFAULT-VALUE}")
    private int warmUpMillis = 1000;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        check();
        PrintWriter out = spec.commandLine().getOut();
        Peers peers = Peers.find();
        peers.lines().forEach(out::println);
        List<Contest> contests = contests(peers);
        List<CpuLimits> limits = threads.stream().map(CpuLimits::measure).toList();
        limits.forEach(limit -> out.printf(Locale.ROOT, "%s: %.0f GFLOP/s of fused multiply-adds, %.1f GB/s read%n",
                limit.threads() == 1 ? "1 thread" : limit.threads() + " threads", limit.flopsPerSecond() / 1e9,
                limit.bytesPerSecond() / 1e9));
        out.println();
        out.flush();
        List<Outcome> outcomes = hold(contests, spec.commandLine().getErr());
        Table each = PeersTables.each(outcomes, limits);
        Table means = PeersTables.means(outcomes);
        out.print(each.text() + "\n" + means.text());
        out.flush();
        json.write(each, means);
        return ExitCode.OK.number();
    }

    private void check() {
        if (rounds < 1 || roundMillis < 1 || warmUpMillis < 0) {
            throw new UsageException("--rounds and --round-millis need at least 1, --warm-up-millis at least 0");
        }
        requireThreads();
        try {
            Backends.open("cpu").close();
        } catch (IllegalStateException notUsable) {
            throw new UsageException(String.valueOf(notUsable.getMessage()), notUsable);
        }
    }

    private void requireThreads() {
        for (int count : threads) {
            if (count < 1 || count > MOST_THREADS) {
                throw new UsageException("--threads " + count + ": 1 to " + MOST_THREADS + " are expected");
            }
        }
    }

    private List<Contest> contests(Peers peers) {
        List<Contest> all;
        try {
            all = sizes.isEmpty()
                    ? Contests.all(peers, threads)
                    : Contests.products(peers, sizes, threads);
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

    private List<Outcome> hold(List<Contest> contests, PrintWriter progress) {
        Rounds way = new Rounds(rounds, roundMillis / 1e3, warmUpMillis / 1e3);
        List<Outcome> outcomes = new ArrayList<>();
        for (Contest contest : contests) {
            Outcome outcome = hold(way, contest);
            outcomes.add(outcome);
            progress.printf(Locale.ROOT, "%d/%d %s: %.2f%n", outcomes.size(), contests.size(), contest,
                    outcome.ratio());
            progress.flush();
        }
        return outcomes;
    }

    /** Nothing is shown of a comparison in which somebody was wrong. */
    private static Outcome hold(Rounds way, Contest contest) {
        try {
            return way.hold(contest);
        } catch (IllegalStateException wrong) {
            throw new RunFailedException(wrong.getMessage(), wrong);
        }
    }
}
