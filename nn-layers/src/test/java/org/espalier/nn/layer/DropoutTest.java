package org.espalier.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout is random in training, the same on every backend, and nothing at evaluation. */
final class DropoutTest {
    private static final int SIZE = 10_000;

    private static float[] ones() {
        float[] ones = new float[SIZE];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static float[] dropped(String backend, double rate, long seed, long step) {
        try (Backend opened = Backends.open(backend)) {
            return new Single(opened, Shape.of(SIZE), new Dropout(rate)).train(seed, step, ones()).toFloats();
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void nothingHappensAtEvaluationOrAtRateZero(String name) {
        try (Backend backend = Backends.open(name)) {
            assertArrayEquals(new float[] {1, -2},
                    new Single(backend, Shape.of(2), new Dropout(0.9)).evaluate(1, -2).toFloats());
            assertArrayEquals(new float[] {1, -2},
                    new Single(backend, Shape.of(2), new Dropout(0)).train(1, 1, 1, -2).toFloats());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.75})
    void whatStaysIsScaledSoThatTheMeanIsKept(double rate) {
        float[] values = dropped("cpu", rate, 7, 0);
        double scale = 1 / (1 - rate);
        double sum = 0;
        for (float value : values) {
            assertTrue(value == 0 || Math.abs(value - scale) < 1e-6 * scale, "a value is " + value);
            sum += value;
        }
        // a sum of SIZE Bernoulli variables, scaled: four standard deviations
        double bound = 4 * scale * Math.sqrt(rate * (1 - rate) / SIZE);
        assertEquals(1, sum / SIZE, bound);
    }

    @Test
    void sameSeedAndStepGiveTheSameNumbersOnEveryBackend() {
        assertArrayEquals(dropped("reference", 0.5, 7, 3), dropped("cpu", 0.5, 7, 3));
        assertArrayEquals(dropped("cpu", 0.3, 7, 3), dropped("cpu", 0.3, 7, 3));
    }

    @Test
    void otherStepsSeedsAndLayersGiveOtherNumbers() {
        float[] first = dropped("cpu", 0.5, 7, 3);
        assertFalse(Arrays.equals(first, dropped("cpu", 0.5, 7, 4)), "steps");
        assertFalse(Arrays.equals(first, dropped("cpu", 0.5, 8, 3)), "seeds");
        try (Backend backend = Backends.open("cpu")) {
            Network network = Network.builder("two", Shape.of(SIZE)).dropout(0.5).dropout(0.5).build();
            var pass = Model.initialise(network, backend, 1).training(new Tape(), 7, 3);
            pass.run(Tensor.of(backend, Shape.of(1, SIZE), ones()));
            long both = 0;
            for (float value : pass.output("dropout2").toFloats()) {
                both += value > 0 ? 1 : 0;
            }
            // equal choices would leave a half, independent ones a quarter
            assertEquals(SIZE / 4.0, both, 4 * Math.sqrt(SIZE * 0.25 * 0.75));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
    void impossibleRatesAreRefused(double rate) {
        assertEquals("dropout needs a rate in [0, 1), got " + rate,
                assertThrows(IllegalArgumentException.class, () -> new Dropout(rate)).getMessage());
    }
}
