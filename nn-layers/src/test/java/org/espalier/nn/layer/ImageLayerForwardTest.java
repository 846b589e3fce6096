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
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The layers of the larger image networks against numbers worked out by hand. */
final class ImageLayerForwardTest {
    private static final double EXACT = 0;
    private static final double ROUNDED = 1e-6;

    /** 1, 2, 3, ... */
    private static float[] count(int size) {
        float[] values = new float[size];
        IntStream.range(0, size).forEach(i -> values[i] = i + 1);
        return values;
    }

    private static void check(Tensor output, Shape shape, double tolerance, double... expected) {
        assertEquals(shape, output.shape());
        assertArrayEquals(expected, output.toDoubles(), tolerance);
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void relu6CutsBelowZeroAndAboveSixAndPassesNaNOn(String name) {
        try (Backend backend = Backends.open(name)) {
            Single relu = new Single(backend, Shape.of(7), new Relu6());
            check(relu.evaluate(-2, 0, 3, 6, 6.5f, 1e30f, Float.NaN), Shape.of(1, 7), EXACT, 0, 0, 3, 6, 6, 6,
                    Double.NaN);
        }
    }

    /** Size 3 and alpha 3, so that each sum of squares counts once: roots of 4 + 1 + 4, 4 + 1 + 4 + 16 and 4 + 4 + 16. */
    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void localResponseNormalisationDividesByItsNeighboursAcrossChannels(String name) {
        try (Backend backend = Backends.open(name)) {
            Single norm = new Single(backend, Shape.of(3, 1, 2), new LocalResponseNorm(3, 3, 0.5, 4));
            // the second column is ten times the first; its roots: 4 + 500, 4 + 2100, 4 + 2000
            check(norm.evaluate(1, 10, 2, 20, 4, 40), Shape.of(1, 3, 1, 2), ROUNDED,
                    1 / 3.0, 10 / Math.sqrt(504), 2 / 5.0, 20 / Math.sqrt(2104), 4 / Math.sqrt(24),
                    40 / Math.sqrt(2004));
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void alexNetsNormalisationFollowsItsPaper(String name) {
        try (Backend backend = Backends.open(name)) {
            Single norm = new Single(backend, Shape.of(7, 1, 1), new LocalResponseNorm());
            float[] x = {100, -200, 300, 0, 50, 400, -100};
            double[] expected = new double[x.length];
            for (int c = 0; c < x.length; c++) {
                double sum = 0;
                for (int j = Math.max(0, c - 2); j <= Math.min(x.length - 1, c + 2); j++) {
                    sum += (double) x[j] * x[j];
                }
                expected[c] = x[c] / Math.pow(1 + 1e-4 / 5 * sum, 0.75);
            }
            check(norm.evaluate(x), Shape.of(1, 7, 1, 1), 1e-4, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void globalAveragePoolingIsTheMeanOfEachPlane(String name) {
        try (Backend backend = Backends.open(name)) {
            Single pool = new Single(backend, Shape.of(2, 2, 3), new GlobalAveragePool());
            check(pool.evaluate(count(24)), Shape.of(2, 2, 1, 1), ROUNDED, 3.5, 9.5, 15.5, 21.5);
        }
    }

    /** {@code x[:, :, ::2, ::2]} of 3x3, then one plane of zeros in front and two behind. */
    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void optionAPadsHalfInFrontAndHalfBehind(String name) {
        try (Backend backend = Backends.open(name)) {
            Single shortcut = new Single(backend, Shape.of(2, 3, 3), ChannelShortcut.optionA(2, 5, 2));
            check(shortcut.evaluate(count(18)), Shape.of(1, 5, 2, 2), EXACT, 0, 0, 0, 0, 1, 3, 7, 9, 10, 12, 16, 18, 0,
                    0, 0, 0, 0, 0, 0, 0);
            assertEquals(new ChannelShortcut(2, List.of(-1, 0, 1, -1, -1)), ChannelShortcut.optionA(2, 5, 2));
        }
    }

    /** 16 to 13 channels: Python's floor division puts two of the three before, so channels 2 to 14 stay. */
    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void optionACropsWhereThereAreTooMany(String name) {
        assertEquals(new ChannelShortcut(1, IntStream.rangeClosed(2, 14).boxed().toList()),
                ChannelShortcut.optionA(16, 13, 1));
        try (Backend backend = Backends.open(name)) {
            Single shortcut = new Single(backend, Shape.of(4, 1, 2), ChannelShortcut.optionA(4, 1, 1));
            check(shortcut.evaluate(count(8)), Shape.of(1, 1, 1, 2), EXACT, 5, 6);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void aShortcutFollowsAnyMap(String name) {
        try (Backend backend = Backends.open(name)) {
            Single shortcut = new Single(backend, Shape.of(3, 1, 3), new ChannelShortcut(2, List.of(2, -1, 0, 0)));
            check(shortcut.evaluate(count(18)), Shape.of(2, 4, 1, 2), EXACT, 7, 9, 0, 0, 1, 3, 1, 3, 16, 18, 0, 0, 10,
                    12, 10, 12);
            Single zeros = new Single(backend, Shape.of(1, 1, 1), new ChannelShortcut(1, List.of(-1, -1)));
            check(zeros.evaluate(4), Shape.of(1, 2, 1, 1), EXACT, 0, 0);
            Single whole = new Single(backend, Shape.of(2, 1, 1), new ChannelShortcut(1, List.of(0, 1)));
            check(whole.evaluate(4, 5), Shape.of(1, 2, 1, 1), EXACT, 4, 5);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void paddingPutsZerosAround(String name) {
        try (Backend backend = Backends.open(name)) {
            Single pad = new Single(backend, Shape.of(1, 1, 2), new ZeroPad2d(1, 0, 0, 2));
            check(pad.evaluate(5, 6), Shape.of(1, 1, 2, 4), EXACT, 0, 0, 0, 0, 5, 6, 0, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void softmaxSharesOut(String name) {
        try (Backend backend = Backends.open(name)) {
            Single softmax = new Single(backend, Shape.of(3), new Softmax());
            float ln2 = (float) Math.log(2);
            // powers 1, 2, 4; the second sample is the first shifted by 100, which changes nothing
            check(softmax.evaluate(0, ln2, 2 * ln2, 100, 100 + ln2, 100 + 2 * ln2), Shape.of(2, 3), 1e-5, 1 / 7.0,
                    2 / 7.0, 4 / 7.0, 1 / 7.0, 2 / 7.0, 4 / 7.0);
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void aSplitAndJoinedImageKeepsItsSamplesApart(String name) {
        try (Backend backend = Backends.open(name)) {
            Network network = Network.builder("swap", Shape.of(3, 1, 2))
                    .slice("front", Network.INPUT, 0, 1)
                    .slice("rest", Network.INPUT, 1, 2)
                    .concat("joined", "rest", "front", "front")
                    .build();
            try (Model model = Model.initialise(network, backend, 1)) {
                check(model.predict(Tensor.of(backend, Shape.of(2, 3, 1, 2), count(12))), Shape.of(2, 4, 1, 2), EXACT,
                        3, 4, 5, 6, 1, 2, 1, 2, 9, 10, 11, 12, 7, 8, 7, 8);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.espalier.nn.layer.Single#backends")
    void depthwiseConvolutionKeepsChannelsApart(String name) {
        try (Backend backend = Backends.open(name)) {
            Conv2d layer = new Conv2d(2, 2, 1, 0).withGroups(2).withoutBias();
            assertEquals("dwconv", layer.kind());
            assertEquals("conv", new Conv2d(4, 2, 1, 0).withGroups(2).kind());
            Single depthwise = new Single(backend, Shape.of(2, 2, 2), layer).set("weight", 1, 1, 1, 1, 1, 0, 0, -1);
            check(depthwise.evaluate(count(8)), Shape.of(1, 2, 1, 1), EXACT, 10, 5 - 8);
        }
    }
}
