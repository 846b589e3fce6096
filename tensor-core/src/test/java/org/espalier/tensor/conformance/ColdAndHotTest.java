package org.espalier.tensor.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Primitive;
import org.junit.jupiter.api.Test;

/** Every variant of the CPU's kernel table gives the same bits in the interpreter and compiled. */
final class ColdAndHotTest {
    /** Elements of a case's inputs and outputs, at most: as much as the interpreter has done in a moment. */
    private static final long MOST = 8_000;

    /** Enough for the second compiler, which takes a loop over after some tens of thousands of rounds. */
    private static final int CALLS = 200;

    /** A case on one of the variants that accept it. */
    private record Call(Variant<?> variant, Case of) {}

    private static long size(Case c) {
        return Stream.concat(c.specs().stream(), c.op().outputs(c.specs()).stream())
                .mapToLong(spec -> spec.shape().size())
                .sum();
    }

    /** The functions of one and of two tensors share a variant and have loops of their own. */
    private static String function(Primitive op) {
        if (op instanceof Unary unary) {
            return " " + unary.fn();
        }
        return op instanceof Binary binary ? " " + binary.fn() : "";
    }

    /** For each variant, and each function of it, the largest case of ordinary numbers that is small enough. */
    private static Map<String, Call> calls(Backend backend) {
        List<Case> cases = Cases.all().stream().filter(c -> size(c) <= MOST && !c.note().contains("sprinkled"))
                .sorted(Comparator.comparing(ColdAndHotTest::size)).toList();
        Map<String, Call> calls = new LinkedHashMap<>();
        for (Variant<?> variant : backend.kernels().variants()) {
            for (Case c : cases) {
                if (variant.canRun(c.op(), c.specs())) {
                    calls.put(variant.name() + function(c.op()), new Call(variant, c));
                }
            }
        }
        return calls;
    }

    private static int hash(Backend backend, Call call, List<Values> inputs) {
        Conformance conformance = new Conformance(backend, Set.of(), List.of(call.of));
        return conformance.run(call.variant, call.of, inputs, false).stream()
                .mapToInt(values -> {
                    double[] elements = new double[values.size()];
                    Arrays.setAll(elements, values::at);
                    return Arrays.hashCode(elements);
                })
                .reduce(1, (a, b) -> 31 * a + b);
    }

    static void main() {
        try (Backend cpu = new CpuBackend(1)) {
            calls(cpu).forEach((name, call) -> System.out.println(name + "\t" + hash(cpu, call, call.of.draw())));
        }
    }

    @Test
    void theInterpreterAndTheCompilerGiveTheSameBits() throws IOException, InterruptedException {
        Map<String, Integer> cold = Interpreted.hashes(ColdAndHotTest.class);
        try (Backend cpu = new CpuBackend(1)) {
            Map<String, Call> calls = calls(cpu);
            assertEquals(calls.keySet(), cold.keySet());
            calls.forEach((name, call) -> {
                List<Values> inputs = call.of.draw();
                int hash = 0;
                for (int i = 0; i < CALLS; i++) {
                    hash = hash(cpu, call, inputs);
                }
                assertEquals(cold.get(name), hash, name + ": " + call.of.name());
            });
        }
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
