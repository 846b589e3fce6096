package org.espalier.tensor.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Primitive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every backend must pass. A subclass names the backend, and says what it can't do and what it promises:
 *
 * <pre>{@code
 * final class OpenClConformanceTest extends BackendConformance {
 *     @Override protected String backendName() { return "opencl"; }
 *     @Override protected Set<Class<? extends Primitive>> unsupported() { return Set.of(Core.SampledMatMul.class); }
 *     @Override protected Optional<Backend> withThreads(int threads) { return Optional.empty(); }
 * }
 * }</pre>
 *
 * <p>Where the device is missing the tests are skipped, with the reason; with {@code -Despalier.backend.required=NAME}
 * (several names with commas between them) they fail instead.
 */
public abstract class BackendConformance {
    private final List<Backend> opened = new ArrayList<>();

    /** The name under which the backend is found, see {@link Backends}. */
    protected abstract String backendName();

    /**
     * A backend that computes with so many threads, for one that promises the same bits with any number of them; empty for
     * one that makes no such promise.
     */
    protected abstract Optional<Backend> withThreads(int threads);

    /** The primitives that the backend has no kernel for. Exact: one that has a kernel must not be listed. */
    protected Set<Class<? extends Primitive>> unsupported() {
        return Set.of();
    }

    /** Cases for primitives of one's own: a table with a variant that no case reaches fails. */
    protected List<Case> furtherCases() {
        return List.of();
    }

    /** Which cases to run: all, unless a subclass repeats what another one has done. Each variant must have one. */
    protected boolean isWanted(Case c) {
        return true;
    }

    private List<Case> cases() {
        return Stream.concat(Cases.all().stream(), furtherCases().stream()).filter(this::isWanted).toList();
    }

    @AfterEach
    final void close() {
        opened.forEach(Backend::close);
        opened.clear();
    }

    @TestFactory
    final Stream<DynamicTest> everyVariantAgreesWithTheReference() {
        Backend backend = open(provider());
        return new Conformance(backend, unsupported(), cases())
                .checks().stream().map(check -> dynamicTest(check.name(), check.body()::run));
    }

    /** One test a primitive: each case on each variant with 1, 2 and 7 threads. */
    @TestFactory
    final Stream<DynamicTest> theSameBitsWithAnyNumberOfThreads() {
        open(provider());
        List<Conformance> teams = new ArrayList<>();
        for (int threads : new int[] {1, 2, 7}) {
            withThreads(threads).ifPresent(backend -> {
                opened.add(backend);
                teams.add(new Conformance(backend, unsupported(), cases()));
            });
        }
        assertTrue(teams.isEmpty() || teams.size() == 3,
                "withThreads gives a backend for some numbers of threads only");
        return teams.isEmpty()
                ? Stream.of(dynamicTest("not promised by " + backendName(), () -> assertTrue(withThreads(1).isEmpty())))
                : Stream.concat(Conformance.kinds().stream(), furtherCases().stream().map(c -> c.op().getClass()))
                        .distinct()
                        .sorted((a, b) -> a.getSimpleName().compareTo(b.getSimpleName()))
                        .map(kind -> dynamicTest(kind.getSimpleName(), () -> sameBits(teams, kind)));
    }

    private void sameBits(List<Conformance> teams, Class<? extends Primitive> kind) {
        for (Case c : cases()) {
            // the work is split by shape, so special values would tell nothing new
            if (c.op().getClass() == kind && !c.note().contains("sprinkled")) {
                List<Values> inputs = c.draw();
                List<List<Variant<?>>> variants = teams.stream().map(team -> team.accepting(c)).toList();
                // of the variants for a huge case the one that would run
                int compared =
                        c.note().startsWith("huge") ? Math.min(1, variants.get(0).size()) : variants.get(0).size();
                for (int v = 0; v < compared; v++) {
                    String name = variants.get(0).get(v).name();
                    List<Values> one = teams.get(0).run(variants.get(0).get(v), c, inputs, false);
                    for (int t = 1; t < teams.size(); t++) {
                        assertEquals(name, variants.get(t).get(v).name());
                        List<Values> more = teams.get(t).run(variants.get(t).get(v), c, inputs, false);
                        for (int i = 0; i < one.size(); i++) {
                            assertTrue(one.get(i).sameBits(more.get(i)),
                                    name + " gives other bits with more threads: " + c.name());
                        }
                    }
                }
            }
        }
    }

    @Test
    final void itIsTheBackendOfThatName() {
        Backend backend = open(provider());
        assertEquals(backendName(), backend.name());
        assertEquals(backendName(), backend.toString());
        assertTrue(!backend.description().isBlank() && !backend.numerics().isBlank(),
                "description and numerics must say something");
    }

    private BackendProvider provider() {
        return Backends.providers().stream()
                .filter(p -> p.name().equals(backendName()))
                .findFirst()
                .orElseGet(() -> fail("no provider is registered for backend " + backendName()));
    }

    private Backend open(BackendProvider provider) {
        Backend backend = orSkip(provider);
        opened.add(backend);
        return backend;
    }

    /** Opens the backend; where its device is missing, skips the test or, if the backend is required, fails it. */
    static Backend orSkip(BackendProvider provider) {
        BackendProvider.Availability there = provider.probe();
        if (!there.present() && required().contains(provider.name())) {
            fail("backend " + provider.name() + " is required, but: " + there.description());
        }
        assumeTrue(there.present(), () -> "backend " + provider.name() + " is not here: " + there.description());
        return provider.open();
    }

    private static Set<String> required() {
        return Set.of(System.getProperty("espalier.backend.required", "").split(","));
    }
}
