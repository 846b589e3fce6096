package org.espalier.tensor.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Negative controls: the conformance suite must catch these planted faults. */
final class MutantTest {
    private static <P extends Core> MutantBackend outputs(Class<P> kind, UnaryOperator<double[]> change) {
        return MutantBackend.with(kind, (sound, op, in, out) -> {
            sound.sound(op, in, out);
            sound.edit(out.get(0), change);
        });
    }

    private static UnaryOperator<double[]> each(java.util.function.DoubleUnaryOperator fn) {
        return values -> Arrays.stream(values).map(fn).toArray();
    }

    private static UnaryOperator<double[]> last(double value) {
        return values -> {
            if (values.length % 8 != 0) {
                values[values.length - 1] = value;
            }
            return values;
        };
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                Arguments.of("a constant is a little off", Core.Affine.class,
                        outputs(Core.Affine.class, each(y -> y * 1.00001))),
                Arguments.of("the tail is left out", Core.Unary.class, outputs(Core.Unary.class, last(Double.NaN))),
                Arguments.of("-0 stays -0", Core.Affine.class,
                        outputs(Core.Affine.class, each(y -> y == 0 ? -0.0 : y))),
                Arguments.of("NaN is swallowed", Core.MaxPool.class,
                        outputs(Core.MaxPool.class, each(y -> Double.isNaN(y) ? 0 : y))),
                Arguments.of("denormals are flushed", Core.Unary.class,
                        outputs(Core.Unary.class, each(y -> Math.abs(y) < Float.MIN_NORMAL ? 0 : y))),
                Arguments.of("one position off", Core.ArgMax.class, outputs(Core.ArgMax.class, last(0))),
                Arguments.of("a sum starts at 1", Core.Reduce.class,
                        outputs(Core.Reduce.class, each(y -> y == 0 ? 1 : y))),
                Arguments.of("the last term of a product is left out", Core.MatMul.class, lastTermLeftOut()),
                Arguments.of("-1 is taken for 0", Core.Gather.class,
                        MutantBackend.with(Core.Gather.class,
                                (sound, op, in, out) -> sound.sound(op,
                                        List.of(in.get(0), sound.changed(in.get(1), each(i -> Math.max(i, 0)))), out))),
                Arguments.of("padding is counted", Core.AveragePool.class, MutantBackend.with(Core.AveragePool.class,
                        (sound, op, in, out) -> sound.sound(new Core.AveragePool(counting(op.window())), in, out))),
                Arguments.of("operands are swapped", Core.Binary.class,
                        MutantBackend.with(Core.Binary.class,
                                (sound, op, in, out) -> sound.sound(op, List.of(in.get(1), in.get(0)), out))),
                Arguments.of("an input is overwritten", Core.Permute.class,
                        MutantBackend.with(Core.Permute.class, (sound, op, in, out) -> {
                            sound.sound(op, in, out);
                            sound.edit(in.get(0), last(5));
                        })),
                Arguments.of("the bias is forgotten", Fused.Linear.class, MutantBackend.with(Fused.Linear.class,
                        (sound, op, in, out) -> sound.sound(new Core.MatMul(false, true), in.subList(0, 2), out))));
    }

    private static MutantBackend lastTermLeftOut() {
        return MutantBackend.with(Core.MatMul.class, (sound, op, in, out) -> {
            int rows = in.get(0).shape().axis(0);
            int cols = in.get(0).shape().axis(1);
            Operand shorter = sound.changed(in.get(0), values -> {
                for (int i = 0; i < values.length; i++) {
                    boolean lastTerm = op.transposeA() ? i / cols == rows - 1 : i % cols == cols - 1;
                    values[i] = lastTerm ? 0 : values[i];
                }
                return values;
            });
            sound.sound(op, List.of(shorter, in.get(1)), out);
        });
    }

    private static Window counting(Window w) {
        return new Window(w.kernelH(), w.kernelW(), w.strideH(), w.strideW(), w.padH(), w.padW(), true);
    }

    private static List<Case> small(Class<? extends Primitive> kind) {
        return Cases.all().stream().filter(c -> c.op().getClass() == kind && !c.note().startsWith("huge")).toList();
    }

    /** The message of the first case of this kind that fails. */
    private static Optional<String> failure(Backend backend, Class<? extends Primitive> kind) {
        for (Conformance.Check check : new Conformance(backend, Set.of(), small(kind)).checks()) {
            try {
                if (check.name().contains("[")) {
                    check.body().run();
                }
            } catch (AssertionError e) {
                return Optional.of(check.name() + ": " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void isCaught(String fault, Class<? extends Primitive> kind, MutantBackend mutant) {
        assertTrue(failure(mutant, kind).isPresent(), "nobody noticed: " + fault);
    }

    @Test
    void theSoundBackendPassesTheSameCases() {
        List<? extends Class<? extends Primitive>> kinds =
                mutants().map(m -> ((Class<?>) m.get()[1]).<Primitive>asSubclass(Primitive.class)).distinct().toList();
        for (Class<? extends Primitive> kind : kinds) {
            assertEquals(Optional.empty(), failure(new ReferenceBackend(), kind));
        }
    }

    private static void run(Backend backend, Set<Class<? extends Primitive>> unsupported, String check) {
        new Conformance(backend, unsupported, Cases.all())
                .checks().stream().filter(c -> c.name().equals(check)).findFirst().orElseThrow().body().run();
    }

    @Test
    void noCasesFail() {
        var error = assertThrows(AssertionError.class,
                () -> new Conformance(new ReferenceBackend(), Set.of(), List.of()).checks());
        assertEquals("no case was made for backend reference", error.getMessage());
        assertThrows(AssertionError.class,
                () -> new Conformance(new ReferenceBackend(), Conformance.kinds(), Cases.all()).checks(),
                "all declared away");
    }

    @Test
    void anUndeclaredGapFails() {
        Backend gap = MutantBackend.withTable(table -> new MutantBackend().without(Core.Reduce.class));
        var error = assertThrows(AssertionError.class, () -> run(gap, Set.of(), "gaps are declared"));
        assertEquals("backend mutant has no kernel for Reduce and does not declare it", error.getMessage());
        run(gap, Set.of(Core.Reduce.class), "gaps are declared");
    }

    @Test
    void aGapThatIsNoneFails() {
        var error = assertThrows(AssertionError.class,
                () -> run(new ReferenceBackend(), Set.of(Core.MatMul.class), "gaps are declared"));
        assertEquals("MatMul is declared unsupported, but backend reference has a kernel for it", error.getMessage());
    }

    @Test
    void aKernelThatRefusesSomeCallsIsAGap() {
        Backend picky = MutantBackend.withTable(table -> {
            MutantBackend sound = new MutantBackend();
            return sound.without(Core.Concat.class).withFirst(List.of(
                    Variant.of("few", Core.Concat.class, (op, in) -> in.size() < 4,
                            (op, in, out) -> sound.sound(op, in, out))));
        });
        String message = failure(picky, Core.Concat.class).orElseThrow();
        assertTrue(message.contains("no variant of backend mutant accepts Concat[axis=0]"), message);
    }

    @Test
    void aVariantThatNoCaseReachesFails() {
        Backend idle = MutantBackend.withTable(table -> table.withFirst(List.of(Variant.of(
                "idle", Core.MatMul.class, (op, in) -> in.get(0).shape().axis(0) == 12_345, (op, in, out) -> {}))));
        var error = assertThrows(AssertionError.class, () -> run(idle, Set.of(), "every variant is reached by a case"));
        assertTrue(error.getMessage().endsWith("[idle]"), error.getMessage());
    }

    @Test
    void everyKindOfPrimitiveHasACase() {
        for (Class<? extends Primitive> kind : Conformance.kinds()) {
            assertFalse(small(kind).isEmpty(), "no conformance case for " + kind.getSimpleName());
        }
        assertTrue(Conformance.kinds().size() > 30, "only " + Conformance.kinds().size() + " primitives were found");
    }

    @Test
    void namesOfCasesDiffer() {
        List<String> names = Cases.all().stream().map(Case::name).toList();
        List<String> twice = names.stream().filter(n -> names.indexOf(n) != names.lastIndexOf(n)).distinct().toList();
        assertEquals(List.of(), twice);
    }

    private record Missing(String name) implements BackendProvider {
        @Override
        public Availability probe() {
            return new Availability(false, "no such device");
        }

        @Override
        public Backend open() {
            throw new IllegalStateException("no such device");
        }
    }

    @Test
    void aMissingDeviceIsASkipWithItsReason() {
        var skip = assertThrows(TestAbortedException.class, () -> BackendConformance.orSkip(new Missing("abacus")));
        assertTrue(skip.getMessage().endsWith("backend abacus is not here: no such device"), skip.getMessage());
    }

    @Test
    void aMissingDeviceThatIsRequiredFails() {
        String before = System.setProperty("espalier.backend.required", "cuda,abacus");
        try {
            var failure =
                    assertThrows(AssertionFailedError.class, () -> BackendConformance.orSkip(new Missing("abacus")));
            assertEquals("backend abacus is required, but: no such device", failure.getMessage());
        } finally {
            if (before == null) {
                System.clearProperty("espalier.backend.required");
            } else {
                System.setProperty("espalier.backend.required", before);
            }
        }
    }
}
