package org.espalier.tensor.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases have what is odd for every variant of the CPU's kernel table, also for one that is added tomorrow. */
final class OddCasesTest {
    private static final List<Case> CASES = Cases.all();
    static final List<Integer> SIZES = Cases.SIZES;

    /** They take no real numbers. */
    private static final Set<Class<? extends Primitive>> WITHOUT_REALS =
            Set.of(Core.Fill.class, Core.RandomUniform.class, Core.OneHot.class, Core.UnpackBits.class);

    /** Infinite logits: a lowering multiplies them by the zeros of the target, a kernel need not. */
    private static final Set<Class<? extends Primitive>> WITHOUT_INFINITIES =
            Set.of(Fused.CrossEntropy.class, Fused.CrossEntropyGradient.class);

    /** Names of the variants that no such case reaches. */
    private static List<String> without(Set<Class<? extends Primitive>> exempt, Predicate<Case> odd) {
        List<Case> cases = CASES.stream().filter(odd).toList();
        try (Backend cpu = new CpuBackend(1)) {
            return cpu.kernels().variants().stream()
                    .filter(variant -> !exempt.contains(variant.primitive()))
                    .filter(variant -> cases.stream().noneMatch(c -> variant.canRun(c.op(), c.specs())))
                    .map(Variant::name).toList();
        }
    }

    private static Stream<Shape> shapes(Case c) {
        return Stream.concat(c.specs().stream(), c.op().outputs(c.specs()).stream()).map(Spec::shape);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void everyVariantMeetsAnAxisOfThatLength(int length) {
        assertEquals(List.of(), without(Set.of(), c -> shapes(c).anyMatch(
                shape -> IntStream.range(0, shape.rank()).anyMatch(axis -> shape.axis(axis) == length))));
    }

    static Stream<Arguments> numbers() {
        DoublePredicate nan = Double::isNaN;
        DoublePredicate infinite = Double::isInfinite;
        DoublePredicate denormal = x -> x != 0 && Math.abs(x) < Float.MIN_NORMAL;
        return Stream.of(arguments("NaN", WITHOUT_REALS, nan),
                arguments("infinity", union(WITHOUT_REALS, WITHOUT_INFINITIES), infinite),
                arguments("denormal", WITHOUT_REALS, denormal));
    }

    private static Set<Class<? extends Primitive>> union(
            Set<Class<? extends Primitive>> a, Set<Class<? extends Primitive>> b) {
        return Stream.concat(a.stream(), b.stream()).collect(Collectors.toSet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numbers")
    void everyVariantMeetsSuchANumber(String name, Set<Class<? extends Primitive>> exempt, DoublePredicate special) {
        assertEquals(List.of(), without(exempt, c -> shapes(c).allMatch(shape -> shape.size() < 10_000)
                && c.draw().stream().anyMatch(
                        values -> IntStream.range(0, values.size()).anyMatch(i -> special.test(values.at(i))))));
    }
}
