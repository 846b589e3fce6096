package org.espalier.tensor.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.conformance.OtherJvm.Told;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every variant of the CPU's kernel table, in all its ways, before and after the JIT compiler has seen it: the bits are
 * the same, and compiled it allocates next to nothing. That it does not tells that it is compiled, too: until then each
 * vector is an object.
 */
public final class ColdAndHotTest {
    /** Elements of a case's inputs and outputs, at most: as much as the interpreter has done in a moment. */
    private static final long MOST = 8_000;

    /** And at least, where bytes are counted: a loop of one round says nothing, and does not get compiled. */
    private static final long LEAST = 64;

    /**
     * Some hundred do where the compiler works at once, {@code -Xbatch}: it takes a loop over after some tens of
     * thousands of rounds.
     */
    private static final int CALLS = 3_000;

    /** So many calls in a row must stay below the limit. */
    private static final int CALM = 20;

    /**
     * Bytes that a call of a vector kernel may allocate: what is handed to the workers, perhaps the vector of what is left
     * at the end, and not one in each round of a loop.
     */
    private static final long LIMIT = 768;

    /** The same for each group of a convolution, which is several such jobs. */
    private static final long LIMIT_OF_GROUP = 1_280;

    private static Map<String, Told> cold = Map.of();
    private static Map<String, Told> hot = Map.of();

    /** A case on one of the variants that accept it. */
    private record Call(Variant<?> variant, Case of) {}

    private static long size(Case c) {
        return Stream.concat(c.specs().stream(), c.op().outputs(c.specs()).stream())
                .mapToLong(spec -> spec.shape().size())
                .sum();
    }

    /** Plain kernels compute in doubles, in arrays that they make, without vectors. */
    private static boolean isPlain(String variant) {
        return variant.contains(".plain");
    }

    /** What has a loop of its own: for a plain kernel the functions of one and of two tensors, else all that can differ. */
    private static String way(Variant<?> variant, Primitive op) {
        if (!isPlain(variant.name())) {
            return " " + op;
        }
        if (op instanceof Unary unary) {
            return " " + unary.fn();
        }
        return op instanceof Binary binary ? " " + binary.fn() : "";
    }

    /** For each variant, and each way of it, the largest case of ordinary numbers that is small enough. */
    private static Map<String, Call> calls(Backend backend) {
        List<Case> cases = Cases.all().stream().filter(c -> size(c) <= MOST && !c.note().contains("sprinkled"))
                .sorted(Comparator.comparing(ColdAndHotTest::size)).toList();
        Map<String, Call> calls = new LinkedHashMap<>();
        for (Variant<?> variant : backend.kernels().variants()) {
            for (Case c : cases) {
                if (variant.canRun(c.op(), c.specs())) {
                    calls.put(variant.name() + way(variant, c.op()), new Call(variant, c));
                }
            }
        }
        return calls;
    }

    private static long limit(Primitive op) {
        return switch (op) {
            case Core.Convolve c -> LIMIT_OF_GROUP * c.geometry().groups();
            case Core.ConvolveData c -> LIMIT_OF_GROUP * c.geometry().groups();
            case Core.ConvolveWeight c -> LIMIT_OF_GROUP * c.geometry().groups();
            case Fused.ConvolveAffine c -> LIMIT_OF_GROUP * c.geometry().groups();
            case Fused.ConvolveBias c -> LIMIT_OF_GROUP * c.geometry().groups();
            default -> LIMIT;
        };
    }

    /** Tells each call's bits and the bytes beyond its limit; with an argument, once it is hot. */
    static void main(String[] args) {
        try (Backend cpu = new CpuBackend(1)) {
            calls(cpu).forEach((name, call) -> {
                RepeatedCall repeated = new RepeatedCall(cpu, call.variant, call.of);
                long limit = limit(call.of.op());
                boolean measured = args.length > 0 && !isPlain(name) && size(call.of) >= LEAST;
                long allocated = !measured
                        ? repeated.run(args.length == 0 ? 1 : CALM)
                        : repeated.warmUp(limit, CALM, CALLS);
                long beyond = measured ? Math.max(0, allocated - limit) : 0;
                System.out.println(name + "\t" + repeated.hash() + "\t" + beyond);
            });
        }
    }

    @BeforeAll
    static void ask() throws IOException, InterruptedException {
        cold = OtherJvm.tells(ColdAndHotTest.class, List.of("-Xint"));
        hot = OtherJvm.tells(ColdAndHotTest.class, List.of("-Xbatch"), "hot");
    }

    @Test
    void theInterpreterAndTheCompilerGiveTheSameBits() {
        assertEquals(cold.keySet(), hot.keySet());
        cold.forEach((name, told) -> assertEquals(told.hash(), hot.get(name).hash(), name));
    }

    /** And so does this JVM, which is neither cold nor hot. */
    @Test
    void andThisJvmToo() {
        try (Backend cpu = new CpuBackend(1)) {
            calls(cpu).forEach((name, call) -> {
                RepeatedCall repeated = new RepeatedCall(cpu, call.variant, call.of);
                repeated.run(3);
                assertEquals(cold.get(name).hash(), repeated.hash(), name);
            });
        }
    }

    @Test
    void aCompiledVectorKernelAllocatesNextToNothing() {
        List<String> much = new ArrayList<>();
        hot.forEach((name, told) -> {
            if (told.bytes() > 0) {
                much.add(name + ": " + told.bytes() + " bytes a call beyond the limit");
            }
        });
        assertEquals(List.of(), much);
    }

    @Test
    void everyVariantIsCalled() {
        try (Backend cpu = new CpuBackend(1)) {
            Set<String> idle = new HashSet<>();
            cpu.kernels().variants().forEach(variant -> idle.add(variant.name()));
            calls(cpu).values().forEach(call -> idle.remove(call.variant.name()));
            assertTrue(idle.isEmpty(), "never called: " + idle);
        }
    }
}
