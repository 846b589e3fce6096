package org.espalier.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimiser step by hand, and that it is in place on every backend, with a kernel of its own or without. */
class SgdStepTest {
    static Stream<Backend> backends() {
        return Stream.of(new ReferenceBackend(), Backends.open("cpu"));
    }

    private static Tensor vector(Backend backend, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(backend, Shape.of(values.length), floats);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void weightAndVelocityAreReplacedInPlace(Backend backend) {
        Tensor w = vector(backend, 1, 2);
        Tensor v = vector(backend, 0.5, -1);
        Tensor g = vector(backend, 2, 4);
        List<Tensor> out = Tensor.apply(new Fused.SgdStep(0.25, 0.5, 0, 0, false, false), w, v, g);
        // v = 0.5 v + g, w = w - 0.25 v
        assertArrayEquals(new double[] {2.25, 3.5}, out.get(1).toDoubles());
        assertArrayEquals(new double[] {0.4375, 1.125}, out.get(0).toDoubles());
        assertSame(w.buffer(), out.get(0).buffer());
        assertSame(v.buffer(), out.get(1).buffer());
        assertArrayEquals(new double[] {2, 4}, g.toDoubles(), "the gradient is only read");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theNewWeightsOutliveTheScopeOfTheStep(Backend backend) {
        Tensor w = vector(backend, 1).keep();
        Tensor v = vector(backend, 0).keep();
        Tensor next;
        try (var scope = backend.scope()) {
            next = Tensor.apply(new Fused.SgdStep(0.5, 0, 0, 0, false, false), w, v, vector(backend, 1)).get(0);
        }
        assertEquals(0.5, next.item());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void decayAndNesterov(Backend backend) {
        var step = new Fused.SgdStep(0.5, 0.5, 0.25, 0.125, true, false);
        List<Tensor> out = Tensor.apply(step, vector(backend, 4, -4), vector(backend, 2, 2), vector(backend, 1, 1));
        // g = 1 + 0.25 w + 0.125 sign(w) = 2.125 and -0.125; v = 0.5 v + g = 3.125 and 0.875; w = w - 0.5 (g + 0.5 v)
        assertArrayEquals(new double[] {3.125, 0.875}, out.get(1).toDoubles());
        assertArrayEquals(new double[] {2.15625, -4.15625}, out.get(0).toDoubles());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void removedWeightsArePlusZeroAndStaySo(Backend backend) {
        var step = new Fused.SgdStep(0.5, 0.9, 0.01, 0.01, false, true);
        Tensor w = vector(backend, -1, 3);
        Tensor v = vector(backend, -2, 0);
        Tensor mask = vector(backend, 0, 1);
        for (int i = 0; i < 3; i++) {
            List<Tensor> out = Tensor.apply(step, w, v, vector(backend, 1, 1), mask);
            w = out.get(0);
            v = out.get(1);
            assertEquals(0, Float.floatToRawIntBits(w.toFloats()[0]), "+0, not -0");
            assertEquals(0, Float.floatToRawIntBits(v.toFloats()[0]), "no momentum left");
        }
    }

    @Test
    void aStepCannotBeDifferentiated() {
        Backend backend = new ReferenceBackend();
        Tape tape = new Tape();
        Tensor w = tape.watch(vector(backend, 1));
        Tensor next = Tensor
                .apply(new Fused.SgdStep(0.5, 0, 0, 0, false, false), w, vector(backend, 0), vector(backend, 1)).get(0);
        Tensor loss = next.sumAll();
        assertThrows(IllegalStateException.class, () -> tape.gradient(loss, List.of(w)));
        assertThrows(IllegalStateException.class, () -> tape.differentiableGradient(loss, List.of(w)));
    }
}
