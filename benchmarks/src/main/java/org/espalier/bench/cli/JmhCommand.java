package org.espalier.bench.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.espalier.bench.kernel.KernelNames;
import org.espalier.bench.kernel.VariantBenchmark;
import org.espalier.experiments.cli.Verb;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.RunFailedException;
import org.espalier.experiments.run.UsageException;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jmh}: every variant of the kernel table by name, under JMH. */
@Command(name = "jmh", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Times kernels with JMH, each variant of the kernel table at each workload that it accepts, in three new JVMs;",
    "each is compared with the reference before it is timed.",
    "Options of JMH follow the name, such as -f 1 -wi 2 -i 3, or -prof gc for bytes allocated a call."})
public final class JmhCommand implements Verb {
    @Option(names = "--list", description = "list what there is to time, and stop")
    private boolean list;

    @Parameters(arity = "0..*", paramLabel = "NAME [JMH OPTIONS]", description = "part of a kernel's or workload's name, such as matmul or ResNet, then options of JMH")
    private List<String> words = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void prepare(CommandLine line) {
        line.setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
        boolean named = !words.isEmpty() && !words.getFirst().startsWith("-");
        String part = named ? words.getFirst() : "";
        List<String> names;
        try (Backend backend = Backends.open("cpu")) {
            names = KernelNames.containing(backend, part);
        } catch (IllegalStateException notUsable) {
            throw new UsageException(String.valueOf(notUsable.getMessage()), notUsable);
        }
        if (names.isEmpty()) {
            throw new UsageException("no kernel's name contains '" + part + "'; espalier jmh --list shows them all");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            names.forEach(out::println);
            out.flush();
            return ExitCode.OK.number();
        }
        run(names, new ArrayList<>(words.subList(named ? 1 : 0, words.size())));
        return ExitCode.OK.number();
    }

    private static void run(List<String> names, List<String> options) {
        try {
            var given = new CommandLineOptions(options.toArray(String[]::new));
            if (!given.getIncludes().isEmpty()) {
                throw new UsageException("'" + given.getIncludes().getFirst()
                        + "' is no option of JMH; one name is expected, before the options");
            }
            if (given.shouldHelp()) {
                given.showHelp();
                return;
            }
            new Runner(new OptionsBuilder().parent(given)
                    .include(VariantBenchmark.class.getName())
                    .shouldFailOnError(true)
                    .param("kernel", names.toArray(String[]::new))
                    .build()).run();
        } catch (CommandLineOptionException bad) {
            throw new UsageException("JMH: " + bad.getMessage());
        } catch (RunnerException | java.io.IOException failed) {
            throw new RunFailedException("JMH: " + innermost(failed).getMessage(), failed);
        }
    }

    /** What went wrong in the first place: JMH hands on what a benchmark threw as the suppressed exception of its own. */
    static Throwable innermost(Throwable failed) {
        Throwable inner = failed.getSuppressed().length > 0 ? failed.getSuppressed()[0] : failed.getCause();
        return inner == null ? failed : innermost(inner);
    }
}
