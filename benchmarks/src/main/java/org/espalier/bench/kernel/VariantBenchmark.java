package org.espalier.bench.kernel;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Times every variant of the CPU's kernel table by name, each at a size from training the LeNets, after comparing it with
 * the reference. The names come from the table, so a kernel can't be left out.
 *
 * <pre>{@code java <flags> org.espalier.bench.VariantBenchmark [part of a variant's name]}</pre>
 */
@State(Scope.Benchmark)
@Fork(value = 3, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class VariantBenchmark {
    /** Blank: {@link #main} takes the names from the kernel table. */
    @Param("")
    public String variant;

    private TimedCall call;

    @Setup
    public void prepare() {
        call = new TimedCall(Backends.open("cpu"), variant).checkedAgainstReference();
    }

    @Benchmark
    public List<Operand> run() {
        return call.run();
    }

    /** Runs the variants whose names contain the first argument, or all. */
    public static void main(String[] args) throws RunnerException {
        String part = args.length == 0 ? "" : args[0];
        String[] names;
        try (Backend backend = Backends.open("cpu")) {
            names = backend.kernels().variants().stream().map(Variant::name).filter(name -> name.contains(part))
                    .toArray(String[]::new);
        }
        if (names.length == 0) {
            System.err.println("no kernel variant's name contains '" + part + "'");
            System.exit(2);
        }
        new Runner(new OptionsBuilder()
                .include(VariantBenchmark.class.getSimpleName())
                .param("variant", names)
                .build())
                .run();
    }
}
