package org.espalier.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;

class TapeTest {
    private final Backend backend = new ReferenceBackend();
    private final Tape tape = new Tape();

    private Tensor vector(double... values) {
        return Tensor.of(backend, Shape.of(values.length), values);
    }

    @Test
    void aGradientByHand() {
        // sum of x^2 y: 2 x y and x^2
        Tensor x = tape.watch(vector(2, 3));
        Tensor y = tape.watch(vector(5, 7));
        List<Tensor> gradients = tape.gradient(x.times(x).times(y).sumAll(), List.of(x, y));
        assertArrayEquals(new double[] {20, 42}, gradients.get(0).toDoubles());
        assertArrayEquals(new double[] {4, 9}, gradients.get(1).toDoubles());
    }

    @Test
    void whatFlowsBackOnSeveralWaysAddsUp() {
        Tensor x = tape.watch(vector(3));
        Tensor y = x.times(2);
        Tensor loss = y.plus(y.times(x)).plus(x).sumAll();
        // 2x + 2x^2 + x
        assertEquals(3 + 4 * 3, tape.gradient(loss, List.of(x)).get(0).item());
    }

    @Test
    void anUnusedVariableHasAGradientOfZeros() {
        Tensor used = tape.watch(vector(1, 2));
        Tensor unused = tape.watch(Tensor.of(backend, Shape.of(2, 2), 1f, 2f, 3f, 4f));
        Tensor gradient = tape.gradient(used.sumAll(), List.of(unused)).get(0);
        assertEquals(Spec.f32(2, 2), gradient.spec());
        assertArrayEquals(new double[4], gradient.toDoubles());
    }

    @Test
    void detachedIsConstant() {
        Tensor x = tape.watch(vector(3));
        assertEquals(3, tape.gradient(x.times(x.detach()).sumAll(), List.of(x)).get(0).item());
    }

    @Test
    void theLossItselfAndIntermediatesHaveGradients() {
        Tensor x = tape.watch(vector(3));
        Tensor square = x.times(x);
        Tensor loss = square.times(4).sumAll();
        List<Tensor> gradients = tape.gradient(loss, List.of(loss, square, x));
        assertEquals(1, gradients.get(0).item());
        assertEquals(4, gradients.get(1).item());
        assertEquals(24, gradients.get(2).item());
    }

    @Test
    void gradientsCanBeTakenTwiceFromOneTape() {
        Tensor x = tape.watch(vector(3));
        Tensor loss = x.times(x).sumAll();
        assertEquals(6, tape.gradient(loss, List.of(x)).get(0).item());
        assertEquals(6, tape.gradient(loss, List.of(x)).get(0).item());
        assertEquals(6, tape.differentiableGradient(loss, List.of(x)).get(0).item());
    }

    @Test
    void thirdDerivatives() {
        Tensor x = tape.watch(vector(2));
        Tensor power = x.times(x).times(x).times(x).sumAll();
        Tensor first = tape.differentiableGradient(power, List.of(x)).get(0);
        Tensor second = tape.differentiableGradient(first.sumAll(), List.of(x)).get(0);
        Tensor third = tape.gradient(second.sumAll(), List.of(x)).get(0);
        assertEquals(4 * 8, first.item());
        assertEquals(12 * 4, second.item());
        assertEquals(24 * 2, third.item());
    }

    @Test
    void secondDerivativesOfALinearFunctionAreZero() {
        Tensor x = tape.watch(vector(2, 5));
        Tensor unused = tape.watch(vector(1));
        List<Tensor> first = tape.differentiableGradient(x.times(vector(3, 4)).sumAll(), List.of(x, unused));
        assertArrayEquals(new double[] {3, 4}, first.get(0).toDoubles());
        Tensor product = first.get(0).times(vector(1, 1)).sumAll().plus(first.get(1).sumAll());
        assertArrayEquals(new double[] {0, 0}, tape.gradient(product, List.of(x)).get(0).toDoubles());
    }

    @Test
    void plainGradientsAreNotRecorded() {
        Tensor x = tape.watch(vector(2));
        Tensor loss = x.times(x).sumAll();
        int size = tape.size();
        Tensor gradient = tape.gradient(loss, List.of(x)).get(0);
        assertEquals(size, tape.size());
        assertThrows(IllegalArgumentException.class, () -> tape.gradient(gradient.sumAll(), List.of(x)));
    }

    @Test
    void onlyWhatIsWatchedIsRecorded() {
        vector(1).exp();
        assertEquals(0, tape.size());
        tape.watch(vector(1)).exp();
        assertEquals(2, tape.size());
    }

    @Test
    void integersHaveNoGradient() {
        Tensor x = tape.watch(vector(1.5, 7.5));
        Tensor rounded = x.cast(DType.I32);
        Tensor chosen = vector(1, 2, 3).gather(0, x.reshape(1, 2).argMax(1));
        assertThrows(IllegalArgumentException.class, () -> tape.gradient(chosen, List.of(x)));
        assertThrows(IllegalArgumentException.class,
                () -> tape.gradient(rounded.cast(DType.F64).sumAll(), List.of(x)));
    }

    @Test
    void twoTapesDoNotMix() {
        Tensor mine = tape.watch(vector(1));
        Tensor other = new Tape().watch(vector(1));
        assertEquals("multiply: its inputs are watched by two different tapes",
                assertThrows(IllegalArgumentException.class, () -> mine.times(other)).getMessage());
        assertEquals("a tensor of shape [] is not on this tape; watch it first",
                assertThrows(IllegalArgumentException.class, () -> tape.gradient(other.sumAll(), List.of(mine)))
                        .getMessage());
        assertEquals("a tensor of shape [1] is not on this tape; watch it first",
                assertThrows(IllegalArgumentException.class, () -> tape.gradient(mine.sumAll(), List.of(vector(1))))
                        .getMessage());
    }

    @Test
    void aLossIsOneElement() {
        Tensor x = tape.watch(vector(1, 2));
        assertEquals("the gradient of a tensor of shape [2] is not defined; reduce it to one element",
                assertThrows(IllegalArgumentException.class, () -> tape.gradient(x.exp(), List.of(x))).getMessage());
    }

    @Test
    void equalMaximaShareTheGradient() {
        Tensor x = tape.watch(vector(4, 1, 4, 4, 4));
        assertArrayEquals(new double[] {0.25, 0, 0.25, 0.25, 0.25},
                tape.gradient(x.max(0).sumAll(), List.of(x)).get(0).toDoubles());
        Tensor a = tape.watch(vector(1, 2, 3));
        Tensor b = tape.watch(vector(1, 3, 2));
        List<Tensor> gradients = tape.gradient(a.max(b).plus(a.min(b)).sumAll(), List.of(a, b));
        // of equal elements the first operand takes both
        assertArrayEquals(new double[] {2, 1, 1}, gradients.get(0).toDoubles());
        assertArrayEquals(new double[] {0, 1, 1}, gradients.get(1).toDoubles());
    }

    @Test
    void stepsAreFlat() {
        Tensor x = tape.watch(vector(-1, 0, 2));
        Tensor loss = x.step().plus(x.sign()).plus(x.greater(vector(0, 0, 0))).plus(x.equal(x)).sumAll();
        assertArrayEquals(new double[3], tape.gradient(loss, List.of(x)).get(0).toDoubles());
        // a ReLU passes nothing on at zero
        assertArrayEquals(new double[] {0, 0, 1}, tape.gradient(x.relu().sumAll(), List.of(x)).get(0).toDoubles());
    }

    @Test
    void theSecondOutputOfAPoolIsNoVariable() {
        Tensor x = tape.watch(Tensor.of(backend, Shape.of(1, 1, 1, 2), 1.0, 2));
        Tensor positions = Tensor.apply(new Core.MaxPool(Window.of(1, 1)), x).get(1);
        assertThrows(IllegalArgumentException.class, () -> tape.gradient(positions, List.of(x)));
    }
}
