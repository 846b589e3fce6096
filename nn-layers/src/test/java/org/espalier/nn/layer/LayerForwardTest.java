package org.espalier.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each layer's output against numbers worked out by hand. */
final class LayerForwardTest {
    private static final double EXACT = 0;
    private static final double ROUNDED = 1e-6;

    /** from, from + 1, ... */
    private static float[] count(int from, int size) {
        float[] values = new float[size];
        IntStream.range(0, size).forEach(i -> values[i] = from + i);
        return values;
    }

    private static void check(Tensor output, Shape shape, double tolerance, double... expected) {
        assertEquals(shape, output.shape());
        assertArrayEquals(expected, output.toDoubles(), tolerance);
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void denseMultipliesByTheTransposedWeightAndAddsTheBias(String name) {
        try (Backend backend = Backends.open(name)) {
            Single dense = new Single(backend, Shape.of(3), new Dense(2)).set("weight", 1, 0, -1, 2, 1, 0).set("bias",
                    0.5f, -1);
            check(dense.evaluate(1, 2, 3, 4, 5, 6), Shape.of(2, 2), EXACT, 1 - 3 + 0.5, 2 + 2 - 1, 4 - 6 + 0.5,
                    8 + 5 - 1);
            Single bare = new Single(backend, Shape.of(3), new Dense(1, false, new Initialiser.Constant(0)))
                    .set("weight", 1, 10, 100);
            check(bare.evaluate(1, 2, 3), Shape.of(1, 1), EXACT, 321);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void convolutionIsCrossCorrelation(String name) {
        try (Backend backend = Backends.open(name)) {
            // [1 2 3; 4 5 6; 7 8 9] with [1 0; 0 -1]: each element minus the one below and to the right, -4 everywhere
            Single conv = new Single(backend, Shape.of(1, 3, 3), new Conv2d(1, 2, 1, 0)).set("weight", 1, 0, 0, -1)
                    .set("bias", 10);
            check(conv.evaluate(count(1, 9)), Shape.of(1, 1, 2, 2), EXACT, 6, 6, 6, 6);
            // stride 2, padding 1: windows at rows and columns -1 and 1, zeros outside
            Single strided = new Single(backend, Shape.of(1, 3, 3), new Conv2d(1, 2, 2, 1)).set("weight", 1, 0, 0, -1)
                    .set("bias", 10);
            check(strided.evaluate(count(1, 9)), Shape.of(1, 1, 2, 2), EXACT, 10 - 1, 10 - 3, 10 - 7, 10 + 5 - 9);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void convolutionSumsOverTheInputChannelsOfItsGroup(String name) {
        try (Backend backend = Backends.open(name)) {
            Shape image = Shape.of(2, 1, 2);
            Single one =
                    new Single(backend, image, new Conv2d(2, 1, 1, 0)).set("weight", 1, 10, 2, 20).set("bias", 0, 0.5f);
            check(one.evaluate(1, 2, 3, 4), Shape.of(1, 2, 1, 2), EXACT, 31, 42, 62.5, 84.5);
            Conv2d grouped =
                    new Conv2d(2, 1, 1, ConvGeometry.of(1, 0).withGroups(2), true, new Initialiser.Constant(0));
            Single two = new Single(backend, image, grouped).set("weight", 2, 3).set("bias", 0, 0.5f);
            check(two.evaluate(1, 2, 3, 4), Shape.of(1, 2, 1, 2), EXACT, 2, 4, 9.5, 12.5);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void convolutionDilates(String name) {
        try (Backend backend = Backends.open(name)) {
            Conv2d dilated =
                    new Conv2d(1, 2, 2, new ConvGeometry(1, 1, 0, 0, 2, 2, 1), false, new Initialiser.Constant(0));
            Single conv = new Single(backend, Shape.of(1, 3, 3), dilated).set("weight", 1, 10, 100, 1000);
            check(conv.evaluate(count(1, 9)), Shape.of(1, 1, 1, 1), EXACT, 1 + 30 + 700 + 9000);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void poolingTakesMaximaAndMeansOfWindows(String name) {
        try (Backend backend = Backends.open(name)) {
            Shape image = Shape.of(1, 4, 4);
            Shape pooled = Shape.of(1, 1, 2, 2);
            float[] x = count(1, 16);
            check(new Single(backend, image, new MaxPool2d(Window.of(2, 2))).evaluate(x), pooled, EXACT, 6, 8, 14, 16);
            check(new Single(backend, image, new AveragePool2d(Window.of(2, 2))).evaluate(x), pooled, EXACT, 3.5, 5.5,
                    11.5, 13.5);
            // 3x3, stride 2, padding 1: windows of 2x2, 2x3, 3x2 and 3x3 real elements
            Window padded = new Window(3, 3, 2, 2, 1, 1, true);
            check(new Single(backend, image, new MaxPool2d(padded)).evaluate(x), pooled, EXACT, 6, 8, 14, 16);
            check(new Single(backend, image, new AveragePool2d(padded)).evaluate(x), pooled, ROUNDED, 14 / 9.0,
                    30 / 9.0, 57 / 9.0, 11);
            Window inside = new Window(3, 3, 2, 2, 1, 1, false);
            check(new Single(backend, image, new AveragePool2d(inside)).evaluate(x), pooled, ROUNDED, 3.5, 5, 9.5, 11);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void aPaddedMaximumOfNegativesIsNegative(String name) {
        try (Backend backend = Backends.open(name)) {
            Single pool = new Single(backend, Shape.of(1, 2, 2), new MaxPool2d(new Window(2, 2, 2, 2, 1, 1, true)));
            check(pool.evaluate(-1, -2, -3, -4), Shape.of(1, 1, 2, 2), EXACT, -1, -2, -3, -4);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void reluCutsBelowZeroAndPassesNaNOn(String name) {
        try (Backend backend = Backends.open(name)) {
            Single relu = new Single(backend, Shape.of(4), new Relu());
            check(relu.evaluate(-2, 0, 3, Float.NaN), Shape.of(1, 4), EXACT, 0, 0, 3, Double.NaN);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void flattenPutsChannelAfterChannelAndKeepsSamplesApart(String name) {
        try (Backend backend = Backends.open(name)) {
            Single flatten = new Single(backend, Shape.of(2, 1, 2), new Flatten());
            check(flatten.evaluate(count(1, 8)), Shape.of(2, 4), EXACT, 1, 2, 3, 4, 5, 6, 7, 8);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void addSumsAllItsInputs(String name) {
        try (Backend backend = Backends.open(name)) {
            Network network = Network.builder("joins", Shape.of(2))
                    .relu()
                    .layer("join", new Add(), Network.INPUT, "relu1", "relu1")
                    .build();
            Model model = Model.initialise(network, backend, 1);
            check(model.predict(Tensor.of(backend, Shape.of(1, 2), -5f, 3f)), Shape.of(1, 2), EXACT, -5, 9);
        }
    }

    /** PyTorch's rules: y from the batch's biased variance, the running variance from the unbiased one, momentum 0.1. */
    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void batchNormTrainsOnTheBatchAndEvaluatesOnRunningStatistics(String name) {
        try (Backend backend = Backends.open(name)) {
            Single norm = new Single(backend, Shape.of(2), new BatchNorm()).set("weight", 1, 2).set("bias", 0, 1);
            // channel 0 holds 1 2 3 4: mean 2.5, variance 1.25, unbiased 5/3; channel 1 holds 0 0 4 4: 2, 4, 16/3
            double a = 1 / Math.sqrt(1.25 + 1e-5);
            double b = 2 / Math.sqrt(4 + 1e-5);
            check(norm.train(0, 0, 1, 0, 2, 0, 3, 4, 4, 4), Shape.of(4, 2), ROUNDED,
                    -1.5 * a, 1 - 2 * b, -0.5 * a, 1 - 2 * b, 0.5 * a, 1 + 2 * b, 1.5 * a, 1 + 2 * b);
            assertArrayEquals(new double[] {0.25, 0.2}, norm.get("running_mean"), ROUNDED);
            double[] variance = {0.9 + 0.1 * 5 / 3, 0.9 + 0.1 * 16 / 3};
            assertArrayEquals(variance, norm.get("running_var"), ROUNDED);
            check(norm.evaluate(1, 2), Shape.of(1, 2), ROUNDED,
                    (1 - 0.25) / Math.sqrt(variance[0] + 1e-5), 1 + 2 * (2 - 0.2) / Math.sqrt(variance[1] + 1e-5));
            assertArrayEquals(variance, norm.get("running_var"), ROUNDED, "evaluation moves nothing");
            norm.train(0, 1, 1, 0, 2, 0, 3, 4, 4, 4);
            assertArrayEquals(new double[] {0.9 * 0.25 + 0.25, 0.9 * 0.2 + 0.2}, norm.get("running_mean"), ROUNDED);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void batchNormOfImagesCountsEveryPixel(String name) {
        try (Backend backend = Backends.open(name)) {
            Single norm = new Single(backend, Shape.of(1, 1, 2), new BatchNorm(1e-5, 0.5));
            double a = 1 / Math.sqrt(1.25 + 1e-5);
            check(norm.train(0, 0, 1, 2, 3, 4), Shape.of(2, 1, 1, 2), ROUNDED, -1.5 * a, -0.5 * a, 0.5 * a, 1.5 * a);
            assertArrayEquals(new double[] {1.25}, norm.get("running_mean"), ROUNDED);
            assertArrayEquals(new double[] {0.5 + 0.5 * 5 / 3}, norm.get("running_var"), ROUNDED);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void constantsBeforeALayerBecomeWhatItsConstantMapSays(String name) {
        try (Backend backend = Backends.open(name)) {
            Single norm = new Single(backend, Shape.of(1), new BatchNorm(0.25, 0.1))
                    .set("weight", 3).set("bias", 1).set("running_mean", 2).set("running_var", 3.75f);
            check(norm.evaluate(6), Shape.of(1, 1), ROUNDED, 3 * (6 - 2) / 2.0 + 1);
            var map = new BatchNorm(0.25, 0.1).connectivity(List.of(Shape.of(1)));
            assertEquals(new Connectivity.PerElement(List.of("weight", "bias", "running_mean", "running_var"),
                    new ConstantMap.Normalise(0.25)), map);
        }
    }
}
