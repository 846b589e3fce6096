package org.espalier.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimiser against a loop over doubles, written from the formula. */
final class SgdTest {
    private static final Shape WEIGHT = Shape.of(5, 7);
    private static final String NAME = "fc.weight";
    private static final double RATE = 0.05;

    private static Model model(Backend backend) {
        return Model.initialise(Network.builder("one", Shape.of(7)).dense("fc", 5).build(), backend, 4);
    }

    static List<String> backends() {
        return List.of("reference", "cpu");
    }

    static Stream<Arguments> rules() {
        return backends().stream().flatMap(backend -> Stream.of(
                new Sgd(0, 0, 0, false, true),
                new Sgd(0.9, 0, 0, false, true),
                new Sgd(0.9, 0.01, 0, false, true),
                new Sgd(0.9, 0, 0.003, false, false),
                new Sgd(0.9, 0.01, 0.003, true, true),
                Sgd.momentum(0.9, 5e-4)).map(rule -> Arguments.of(backend, rule)));
    }

    /** g = gradient + l2 w + l1 sign(w); v = momentum v + g; w -= rate (v, or g + momentum v with nesterov). */
    private static void byHand(Sgd rule, boolean decayed, double[] w, double[] v, float[] gradient) {
        for (int i = 0; i < w.length; i++) {
            double g = gradient[i] + (decayed ? rule.l2() * w[i] + rule.l1() * Math.signum(w[i]) : 0);
            v[i] = rule.momentum() * v[i] + g;
            w[i] -= RATE * (rule.nesterov() ? g + rule.momentum() * v[i] : v[i]);
        }
    }

    private static float[] random(SplittableRandom random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void twentyStepsAreThoseOfTheFormula(String name, Sgd rule) {
        SplittableRandom random = new SplittableRandom(9);
        try (Backend backend = Backends.open(name);
                Model model = model(backend);
                SgdState state = new SgdState(rule, model)) {
            double[] w = model.parameter(NAME).value().toDoubles();
            double[] b = model.parameter("fc.bias").value().toDoubles();
            double[] vw = new double[w.length];
            double[] vb = new double[b.length];
            for (int step = 0; step < 20; step++) {
                float[] gw = random(random, w.length);
                float[] gb = random(random, b.length);
                byHand(rule, true, w, vw, gw);
                byHand(rule, rule.decayAll(), b, vb, gb);
                try (Scope scope = backend.scope()) {
                    state.step(Map.of(NAME, Tensor.of(backend, WEIGHT, gw), "fc.bias",
                            Tensor.of(backend, Shape.of(5), gb)), RATE);
                }
            }
            // values up to 10 in single precision through 20 steps
            assertArrayEquals(w, model.parameter(NAME).value().toDoubles(), 2e-5);
            assertArrayEquals(b, model.parameter("fc.bias").value().toDoubles(), 2e-5);
            assertArrayEquals(vw, state.velocities().get(NAME).toDoubles(), 2e-5);
            assertArrayEquals(vb, state.velocities().get("fc.bias").toDoubles(), 2e-5);
        }
    }

    /** Keeps every n-th weight. */
    private static Mask every(int n) {
        double[] values = new double[WEIGHT.size()];
        for (int i = 0; i < values.length; i += n) {
            values[i] = 1;
        }
        return Mask.ofNonZeros(WEIGHT, values);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void removedWeightsStayPlusZeroAndAtRestThroughMomentumAndDecay(String name) {
        Mask mask = every(3);
        SplittableRandom random = new SplittableRandom(3);
        Sgd rule = new Sgd(0.9, 0.01, 0.003, true, true);
        try (Backend backend = Backends.open(name);
                Model model = model(backend);
                SgdState state = new SgdState(rule, model)) {
            Parameter weight = model.parameter(NAME);
            // momentum from before the pruning must not carry a weight away either
            state.setVelocity(NAME, Tensor.of(backend, WEIGHT, random(random, WEIGHT.size())));
            weight.store(WeightStorage.masked(weight.value(), mask));
            for (int step = 0; step < 100; step++) {
                try (Scope scope = backend.scope()) {
                    state.step(Map.of(NAME, Tensor.of(backend, WEIGHT, random(random, WEIGHT.size()))), RATE);
                }
            }
            float[] values = weight.value().toFloats();
            float[] velocity = state.velocities().get(NAME).toFloats();
            for (int i = 0; i < values.length; i++) {
                if (mask.isKept(i)) {
                    assertTrue(values[i] != 0 && velocity[i] != 0, "kept weight " + i + " moves");
                } else {
                    assertEquals(0, Float.floatToRawIntBits(values[i]), "bits of weight " + i);
                    assertEquals(0, Float.floatToRawIntBits(velocity[i]), "bits of velocity " + i);
                }
            }
            assertEquals(mask, weight.storage().mask());
        }
    }

    /** Masked or compressed, what is kept moves as it would in a dense weight. */
    @ParameterizedTest
    @MethodSource("backends")
    void keptWeightsMoveAsIfTheOthersWereThere(String name) {
        Sgd rule = new Sgd(0.9, 0.01, 0.002, false, true);
        Mask mask = every(2);
        try (Backend backend = Backends.open(name);
                Model dense = model(backend);
                Model masked = dense.copy();
                Model sparse = dense.copy()) {
            masked.parameter(NAME).store(WeightStorage.masked(dense.parameter(NAME).value(), mask));
            sparse.parameter(NAME).store(WeightStorage.csr(dense.parameter(NAME).value(), mask));
            SgdState a = new SgdState(rule, dense);
            SgdState b = new SgdState(rule, masked);
            SgdState c = new SgdState(rule, sparse);
            Tensor gradient = Tensor.of(backend, WEIGHT, random(new SplittableRandom(1), WEIGHT.size()));
            for (int step = 0; step < 5; step++) {
                a.step(Map.of(NAME, gradient), RATE);
                b.step(Map.of(NAME, gradient), RATE);
                c.step(Map.of(NAME, WeightStorage.csr(gradient, mask).trainable()), RATE);
            }
            double[] expected = mask.applyTo(dense.parameter(NAME).value().toDoubles());
            assertArrayEquals(expected, masked.parameter(NAME).value().toDoubles(), 1e-6);
            assertArrayEquals(expected, sparse.parameter(NAME).value().toDoubles(), 1e-6);
        }
    }

    @Test
    void aVelocityOfAnotherShapeIsRefused() {
        try (Backend backend = Backends.open("cpu");
                Model model = model(backend);
                SgdState state = new SgdState(Sgd.momentum(0.9, 0), model)) {
            assertEquals("velocity of 'fc.weight': expected F32[5,7], got F32[7,5]",
                    assertThrows(IllegalArgumentException.class,
                            () -> state.setVelocity(NAME, Tensor.of(backend, Shape.of(7, 5), new float[35])))
                            .getMessage());
            String message = assertThrows(IllegalArgumentException.class,
                    () -> state.setVelocity("fc9.weight", Tensor.of(backend, Shape.of(1), 1f))).getMessage();
            assertTrue(message.contains("fc9.weight") && message.contains("fc.weight"), message);
            state.setVelocity(NAME, state.velocities().get(NAME));
            assertEquals(35, state.velocities().get(NAME).toFloats().length, "setting what is there frees nothing");
        }
    }

    @Test
    void weightsThatChangeTheirFormUnderAnOptimiserAreNamed() {
        try (Backend backend = Backends.open("cpu");
                Model model = model(backend);
                SgdState state = new SgdState(Sgd.momentum(0.9, 0), model)) {
            Parameter weight = model.parameter(NAME);
            weight.store(WeightStorage.csr(weight.value(), every(5)));
            Map<String, Tensor> gradients = Map.of(NAME, Tensor.of(backend, Shape.of(7), new float[7]));
            String message = assertThrows(IllegalStateException.class, () -> state.step(gradients, 0.1)).getMessage();
            assertTrue(message.contains("'fc.weight'") && message.contains("[7]") && message.contains("[5,7]"),
                    message);
        }
    }

    @Test
    void impossibleRulesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Sgd(1, 0, 0, false, true));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(0.9, -1, 0, false, true));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(0.9, 0, Double.NaN, false, true));
    }
}
