package org.espalier.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.conformance.OverReference;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.api.Test;

/** What the way back holds at a time: not one gradient for each operation, but those still to be read. */
class GradientMemoryTest {
    private static final int LAYERS = 40;

    /** Knows which of its buffers live, and how many did at most. */
    private static final class Counting extends OverReference {
        private final List<Buffer> made = new ArrayList<>();
        private int most;

        int live() {
            made.removeIf(Buffer::isReleased);
            return made.size();
        }

        @Override
        protected Buffer newBuffer(Spec spec) {
            Buffer buffer = super.newBuffer(spec);
            made.add(buffer);
            most = Math.max(most, live());
            return buffer;
        }

        @Override
        public String name() {
            return "counting";
        }
    }

    private final Counting backend = new Counting();

    /** With joins, whose summands share a gradient, and a lowering (softmax's) in each layer. */
    private static Tensor layers(Tensor x) {
        Tensor y = x;
        for (int i = 0; i < LAYERS; i++) {
            y = Tensor.apply(new Fused.Softmax(), y.tanh().plus(y)).get(0).times(3).plus(y);
        }
        return y.times(y).sumAll();
    }

    @Test
    void whatNobodyReadsAnyMoreIsFreed() {
        try (Scope scope = backend.scope()) {
            Tape tape = new Tape();
            Tensor x = tape.watch(Tensor.of(backend, Shape.of(2, 3), new double[] {1, 2, 3, -1, 0.5, 0}));
            Tensor loss = layers(x);
            int before = backend.live();
            int size = tape.size();
            backend.most = 0;
            Tensor gradient = tape.gradient(loss, List.of(x)).get(0);
            assertTrue(backend.most - before < LAYERS, backend.most - before + " at a time for " + LAYERS + " layers");
            assertEquals(before + 1, backend.live(), "the gradient alone is left");
            assertEquals(size, tape.size());
            // The other way keeps all, to be differentiated again.
            assertArrayEquals(tape.differentiableGradient(loss, List.of(x)).get(0).toDoubles(), gradient.toDoubles(),
                    1e-12);
            assertArrayEquals(gradient.toDoubles(), tape.gradient(loss, List.of(x)).get(0).toDoubles());
        }
        assertEquals(0, backend.live());
    }

    @Test
    void gradientsThatShareTheirMemoryStay() {
        try (Scope scope = backend.scope()) {
            Tape tape = new Tape();
            Tensor a = tape.watch(Tensor.of(backend, Shape.of(2), new double[] {1, 2}));
            Tensor b = tape.watch(Tensor.of(backend, Shape.of(2), new double[] {3, 4}));
            Tensor sum = a.plus(b);
            List<Tensor> gradients = tape.gradient(sum.times(sum).sumAll(), List.of(a, sum, b));
            for (Tensor gradient : gradients) {
                assertArrayEquals(new double[] {8, 12}, gradient.toDoubles());
            }
        }
    }
}
