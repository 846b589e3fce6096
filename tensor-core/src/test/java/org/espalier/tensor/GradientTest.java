package org.espalier.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** First and second derivatives of every primitive against central differences. */
class GradientTest {
    static Stream<Class<?>> primitives() {
        return Stream.of(Core.class, Fused.class)
                .flatMap(group -> Stream.<Class<?>>of(group.getPermittedSubclasses()))
                .filter(kind -> kind != Extension.class);
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void everyPrimitiveHasACaseOrIsDeclaredToHaveNoGradient(Class<? extends Primitive> kind) {
        boolean declared = GradientCases.WITHOUT_GRADIENT.contains(kind);
        assertEquals(declared, GradientCases.covering(kind).isEmpty(), kind.getSimpleName());
    }

    @ParameterizedTest
    @EnumSource(Core.Unary.Fn.class)
    void everyFunctionOfOneHasACase(Core.Unary.Fn fn) {
        assertTrue(GradientCases.all().stream().anyMatch(c -> c.op().equals(new Core.Unary(fn))));
    }

    @ParameterizedTest
    @EnumSource(Core.Binary.Fn.class)
    void everyFunctionOfTwoHasACase(Core.Binary.Fn fn) {
        assertTrue(GradientCases.all().stream().anyMatch(c -> c.op().equals(new Core.Binary(fn))));
    }

    @Test
    void thePrimitivesAreFound() {
        Set<Class<?>> all = primitives().collect(Collectors.toSet());
        assertTrue(all.containsAll(GradientCases.WITHOUT_GRADIENT));
        assertTrue(all.contains(Core.MatMul.class) && all.contains(Fused.BatchNorm.class) && all.size() > 35,
                all.size() + " found");
    }

    @TestFactory
    Stream<DynamicTest> firstDerivatives() {
        return GradientCases.all().stream()
                .map(c -> dynamicTest(c.name(),
                        () -> GradientCheck.first(c.fn(), GradientCheck.ofTape(c.fn()), c.at())));
    }

    /** Recorded gradients go through the lowerings of fused primitives; the others need not. */
    @TestFactory
    Stream<DynamicTest> fusedGradientsAreThoseOfTheLowerings() {
        return GradientCases.all().stream().map(c -> dynamicTest(c.name(), () -> GradientCheck
                .same(GradientCheck.ofTape(c.fn()), GradientCheck.ofRecordedTape(c.fn()), c.fn(), c.at())));
    }

    @TestFactory
    Stream<DynamicTest> secondDerivatives() {
        return GradientCases.all().stream().map(c -> dynamicTest(c.name(), () -> GradientCheck.second(c.fn(), c.at())));
    }

    private static final List<Tensor> POINT = List.of(GradientCheck.random(Shape.of(3), 1));

    @Test
    void theCheckCatchesAWrongSign() {
        GradientCheck.Fn square = x -> x.get(0).times(x.get(0));
        GradientCheck.first(square, (x, r) -> List.of(x.get(0).times(2).times(r)), POINT);
        var error = assertThrows(AssertionError.class,
                () -> GradientCheck.first(square, (x, r) -> List.of(x.get(0).times(-2).times(r)), POINT));
        assertTrue(error.getMessage().startsWith("gradient of input 0, element 0 is "), error.getMessage());
    }

    @Test
    void theCheckCatchesAFactorOfTheShape() {
        GradientCheck.Fn mean = x -> x.get(0).sum(0).times(1.0 / 3);
        assertThrows(AssertionError.class,
                () -> GradientCheck.first(mean, (x, r) -> List.of(r.expand(Shape.of(3))), POINT));
    }

    /** A function whose first derivative is right where the second is not: the slope is cut off the tape. */
    @Test
    void theCheckCatchesAMissingSecondDerivative() {
        GradientCheck.Fn cut =
                x -> x.get(0).times(x.get(0).detach()).times(2).minus(x.get(0).detach().times(x.get(0).detach()));
        assertThrows(AssertionError.class, () -> GradientCheck.second(cut, POINT));
    }

    @Test
    void theComparisonOfTwoWaysCatchesADifference() {
        GradientCheck.Fn relu = x -> x.get(0).relu();
        assertThrows(AssertionError.class,
                () -> GradientCheck.same(GradientCheck.ofTape(relu), (x, r) -> List.of(r), relu, POINT));
    }

    @Test
    void whatHasNoGradientStopsIt() {
        assertFalse(GradientCases.WITHOUT_GRADIENT.isEmpty());
        Tape tape = new Tape();
        Tensor x = tape.watch(POINT.get(0).reshape(1, 3));
        Tensor labels = x.argMax(1);
        Tensor rows = Tensor.apply(new Core.OneHot(3, x.dtype()), labels).get(0);
        // the choice of the row is constant: only the product's other factor has a gradient
        double[] gradient = tape.gradient(x.times(rows).sumAll(), List.of(x)).get(0).toDoubles();
        assertArrayEquals(rows.toDoubles(), gradient);
    }
}
