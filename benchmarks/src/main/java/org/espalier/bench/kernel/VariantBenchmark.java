package org.espalier.bench.kernel;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Operand;
import org.openjdk.jmh.annotations.AuxCounters;
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

/**
 * Times one variant of the CPU's kernel table at one {@link Workload}, after comparing it with the reference: calls a
 * second, and with them {@link Rates}.
 */
@State(Scope.Benchmark)
@Fork(value = 3, jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class VariantBenchmark {
    /** The name of a variant, {@link #AT}, the name of a workload; {@link KernelNames} has all that there are. */
    @Param("")
    public String kernel;

    static final String AT = " @ ";

    private TimedCall call;
    private double flops;
    private double bytes;

    /** Sums that JMH divides by the time: billions of operations, and billions of bytes read and written at least. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Rates {
        public double gflop;
        public double gbyte;

        /** Each iteration starts from nothing. */
        @Setup(org.openjdk.jmh.annotations.Level.Iteration)
        public void clear() {
            gflop = 0;
            gbyte = 0;
        }
    }

    @Setup
    public void prepare() {
        String[] names = kernel.split(AT, 2);
        call = new TimedCall(Backends.open("cpu"), names[0], names[1]).checkedAgainstReference();
        flops = call.workload().flops() / 1e9;
        bytes = call.bytes() / 1e9;
    }

    @Benchmark
    public List<Operand> run(Rates rates) {
        rates.gflop += flops;
        rates.gbyte += bytes;
        return call.run();
    }
}
