package org.espalier.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Start values against the formulas of their papers. */
final class InitialiserTest {
    /** Fan-in 24 * 9 = 216, fan-out 60 * 9 = 540, 12,960 values. */
    private static final Shape KERNEL = Shape.of(60, 24, 3, 3);

    static Stream<Arguments> uniforms() {
        return Stream.of(
                arguments(new Initialiser.CaffeXavier(), Math.sqrt(3.0 / 216)),
                arguments(new Initialiser.XavierUniform(), Math.sqrt(6.0 / (216 + 540))),
                arguments(new Initialiser.FanInUniform(), Math.sqrt(1.0 / 216)),
                arguments(new Initialiser.KaimingUniform(), Math.sqrt(6.0 / 216)));
    }

    @ParameterizedTest
    @MethodSource("uniforms")
    void uniformValuesFillTheirInterval(Initialiser initialiser, double bound) {
        float[] values = initialiser.values(KERNEL, 3, 0);
        double greatest = 0;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        assertTrue(greatest <= bound * (1 + 1e-7), greatest + " lies outside " + bound);
        assertTrue(greatest > 0.999 * bound, greatest + " is far from " + bound);
        moments(values, bound / Math.sqrt(3), 1.8); // a uniform distribution has kurtosis 9/5
    }

    static Stream<Arguments> normals() {
        return Stream.of(
                arguments(new Initialiser.XavierNormal(), Math.sqrt(2.0 / (216 + 540))),
                arguments(new Initialiser.KaimingNormal(), Math.sqrt(2.0 / 216)),
                arguments(new Initialiser.KaimingNormalFanOut(), Math.sqrt(2.0 / 540)),
                arguments(new Initialiser.Biased(new Initialiser.Gaussian(0.02), 5), 0.02),
                arguments(new Initialiser.Gaussian(0.01), 0.01));
    }

    @ParameterizedTest
    @MethodSource("normals")
    void normalValuesHaveTheirMomentsAndTails(Initialiser initialiser, double deviation) {
        float[] values = initialiser.values(KERNEL, 3, 0);
        moments(values, deviation, 3);
        long within = 0;
        for (float value : values) {
            within += Math.abs(value) < deviation ? 1 : 0;
        }
        assertEquals(0.6827, (double) within / values.length, 0.015, "share within one standard deviation");
    }

    /** Mean, deviation and kurtosis to within four of their standard errors. */
    private static void moments(float[] values, double deviation, double kurtosis) {
        double n = values.length;
        double mean = 0;
        for (float value : values) {
            mean += value / n;
        }
        double second = 0;
        double fourth = 0;
        for (float value : values) {
            second += Math.pow(value - mean, 2) / n;
            fourth += Math.pow(value - mean, 4) / n;
        }
        assertEquals(0, mean, 4 * deviation / Math.sqrt(n), "mean");
        assertEquals(1, Math.sqrt(second) / deviation, 4 * Math.sqrt((kurtosis - 1) / (4 * n)), "deviation");
        assertEquals(kurtosis, fourth / (second * second), 4 * Math.sqrt(24 / n), "kurtosis");
    }

    /**
     * Moments of the standard normal distribution cut at 2: variance v = 1 - 4 phi(2) / (2 Phi(2) - 1) = 0.77374, fourth
     * moment 3 v - 16 phi(2) / (2 Phi(2) - 1) = 1.41619, so a kurtosis of 2.36554.
     */
    @Test
    void truncatedValuesKeepTheirVarianceAndHaveNoTails() {
        float[] values = new Initialiser.TruncatedFanAverage().values(KERNEL, 3, 0);
        double deviation = Math.sqrt(4.0 / (216 + 540));
        moments(values, deviation, 2.36554);
        double greatest = 0;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        double end = 2 * deviation / Math.sqrt(0.7737413);
        assertTrue(greatest <= end * (1 + 1e-6) && greatest > 0.99 * end, greatest + " is not near " + end);
    }

    @Test
    void biasesStartAtZeroOrWhereTheInitialiserSays() {
        assertEquals(new Initialiser.Constant(0), new Initialiser.KaimingNormal().forBias());
        Initialiser biased = new Initialiser.Biased(new Initialiser.Gaussian(0.005), 0.1);
        assertEquals(new Initialiser.Constant(0.1), new Dense(3, true, biased).parameters(List.of(Shape.of(2))).get(1)
                .initialiser());
        assertEquals(new Initialiser.Constant(0.1), new Conv2d(3, 1, 1, 0).startingWith(biased)
                .parameters(List.of(Shape.of(2, 1, 1))).get(1).initialiser());
    }

    @Test
    void fansOfAMatrixAreItsAxes() {
        float[] wide = new Initialiser.CaffeXavier().values(Shape.of(2, 30_000), 1, 0);
        float[] tall = new Initialiser.CaffeXavier().values(Shape.of(30_000, 2), 1, 0);
        double widest = 0;
        double tallest = 0;
        for (int i = 0; i < wide.length; i++) {
            widest = Math.max(widest, Math.abs(wide[i]));
            tallest = Math.max(tallest, Math.abs(tall[i]));
        }
        assertEquals(Math.sqrt(3.0 / 30_000), widest, 1e-5);
        assertEquals(Math.sqrt(3.0 / 2), tallest, 1e-3);
    }

    @Test
    void constantsAreConstant() {
        assertArrayEquals(new float[] {0.1f, 0.1f, 0.1f}, new Initialiser.Constant(0.1).values(Shape.of(3), 5, 5));
    }

    @Test
    void seedAndStreamMakeOtherValuesAndTheSameOnesAgain() {
        Initialiser normal = new Initialiser.KaimingNormal();
        float[] values = normal.values(KERNEL, 3, 0);
        assertArrayEquals(values, normal.values(KERNEL, 3, 0));
        assertFalse(Arrays.equals(values, normal.values(KERNEL, 4, 0)));
        assertFalse(Arrays.equals(values, normal.values(KERNEL, 3, 1)));
    }

    @Test
    void modelsStartWithTheSameBitsOnEveryBackendAndEachParameterWithItsOwn() {
        Network network = Network.builder("twins", Shape.of(30)).dense("a", 30).dense("b", 30).build();
        try (Backend reference = Backends.open("reference"); Backend cpu = Backends.open("cpu")) {
            Model one = Model.initialise(network, reference, 9);
            Model two = Model.initialise(network, cpu, 9);
            for (var parameter : one.parameters()) {
                assertArrayEquals(parameter.value().toFloats(), two.parameter(parameter.name()).value().toFloats(),
                        parameter.name());
            }
            assertFalse(Arrays.equals(two.parameter("a.weight").value().toFloats(),
                    two.parameter("b.weight").value().toFloats()));
            assertArrayEquals(new float[30], two.parameter("a.bias").value().toFloats());
        }
    }
}
