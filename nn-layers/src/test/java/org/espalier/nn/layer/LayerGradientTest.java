package org.espalier.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.nn.model.ForwardPass;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.NetworkBuilder;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tape's gradient of each layer's parameters, and of those in front of it, against central differences in double
 * precision on the reference backend.
 */
final class LayerGradientTest {
    private static final double STEP = 1e-5;
    private static final int BATCH = 3;
    private static final Shape IMAGE = Shape.of(2, 5, 5);

    private static NetworkBuilder start() {
        // a convolution in front, so that every layer must also hand a gradient on
        return Network.builder("small", IMAGE).conv("front", 4, 3, 1, 1);
    }

    private static Named<Network> named(String name, NetworkBuilder builder) {
        return Named.of(name, builder.flatten().dense("last", 3).build());
    }

    static Stream<Named<Network>> networks() {
        ConvGeometry odd = new ConvGeometry(2, 1, 1, 0, 1, 2, 2);
        return Stream.of(
                named("dense", start().flatten().dense("mid", 5).relu()),
                named("dense without bias",
                        start().flatten().layer("mid", new Dense(5, false, new Initialiser.XavierNormal()))),
                named("convolution, strided and padded", start().conv("mid", 3, 3, 2, 1)),
                named("convolution, grouped and dilated",
                        start().layer("mid", new Conv2d(6, 2, 3, odd, true, new Initialiser.KaimingNormal()))),
                named("max pooling, overlapping",
                        start().layer("mid", new MaxPool2d(new Window(3, 3, 2, 2, 1, 1, true)))),
                named("average pooling, padded",
                        start().layer("mid", new AveragePool2d(new Window(3, 3, 2, 2, 1, 1, false)))),
                named("relu", start().relu()),
                named("dropout", start().dropout(0.4)),
                named("batch norm of images", start().batchNorm("mid").relu()),
                named("batch norm of vectors", start().flatten().dense("mid", 5).batchNorm("norm").relu()),
                named("convolution, depthwise and strided",
                        start().layer("mid", new Conv2d(4, 3, 2, 1).withGroups(4).withoutBias())),
                named("relu6", start().layer("wide", new Conv2d(4, 1, 1, 0).startingWith(new Initialiser.Gaussian(9)))
                        .layer("mid", new Relu6())),
                named("local response normalisation", start().layer("mid", new LocalResponseNorm(3, 2, 0.75, 1))),
                named("local response normalisation over more channels than there are",
                        start().layer("mid", new LocalResponseNorm(9, 2, 0.5, 2))),
                named("global average pooling", start().conv("wide", 6, 1).layer("mid", new GlobalAveragePool())),
                named("projection shortcut: 1x1, strided, with batch norm",
                        start().conv("branch", 3, 3, 2, 1).from("front")
                                .layer("shortcut", new Conv2d(3, 1, 2, 0).withoutBias()).batchNorm("shortcut_bn")
                                .add("join", "branch", "shortcut_bn").relu()),
                named("option A shortcut, strided and padded", start().layer("mid", ChannelShortcut.optionA(4, 7, 2))),
                named("option A shortcut that crops", start().layer("mid", ChannelShortcut.optionA(4, 3, 2))),
                named("shortcut with a map",
                        start().layer("mid", new ChannelShortcut(2, List.of(2, -1, 0, 2)))),
                named("padding", start().layer("mid", new ZeroPad2d(0, 1, 2, 3))),
                named("split and concat", start().slice("a", "front", 0, 1).slice("b", "front", 1, 3)
                        .concat("join", "b", "a", "b")),
                named("softmax", start().flatten().dense("mid", 5).layer("shares", new Softmax())),
                named("add", start().conv("branch", 4, 1).add("join", "front", "branch").relu()));
    }

    private static Tensor loss(ForwardPass pass, Tensor x, Tensor labels) {
        return Tensor.apply(new Fused.CrossEntropy(0.1), pass.run(x), labels).get(0);
    }

    /** Compares every element of every parameter; returns how many there were. */
    private static int check(Model model, double factor) {
        Backend backend = model.backend();
        var rng = new java.util.SplittableRandom(5);
        Tensor x = Tensor.of(backend, new Spec(DType.F64, IMAGE.prepend(BATCH)),
                rng.doubles((long) BATCH * IMAGE.size(), -1, 1).toArray());
        Tensor labels = Tensor.of(backend, Shape.of(BATCH), 0, 2, 1);
        Tape tape = new Tape();
        ForwardPass pass = model.training(tape, 3, 8);
        Tensor loss = loss(pass, x, labels);
        Map<String, Tensor> variables = pass.variables();
        List<Tensor> gradients = tape.gradient(loss, List.copyOf(variables.values()));
        int checked = 0;
        int i = 0;
        for (String name : variables.keySet()) {
            Parameter parameter = model.parameter(name);
            double[] gradient = gradients.get(i++).toDoubles();
            double[] values = parameter.value().toDoubles();
            for (int j = 0; j < values.length; j++) {
                double there = lossWith(model, parameter, values, j, STEP, x, labels);
                double back = lossWith(model, parameter, values, j, -STEP, x, labels);
                double numeric = (there - back) / (2 * STEP);
                if (Math.abs(numeric - factor * gradient[j]) > 1e-7 + 1e-6 * Math.abs(numeric)) {
                    fail(name + "[" + j + "]: the tape says " + factor * gradient[j] + ", differences say " + numeric);
                }
                checked++;
            }
            parameter.store(new WeightStorage.Dense(Tensor.of(backend, parameter.value().spec(), values)));
        }
        return checked;
    }

    private static double lossWith(Model model, Parameter parameter, double[] values, int at, double change, Tensor x,
            Tensor labels) {
        double[] moved = values.clone();
        moved[at] += change;
        parameter.store(new WeightStorage.Dense(Tensor.of(model.backend(), parameter.value().spec(), moved)));
        return loss(model.training(new Tape(), 3, 8), x, labels).item();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradientsAreThoseOfDifferences(Network network) {
        try (Backend backend = Backends.open("reference");
                Model model = Model.initialise(network, backend, 11, DType.F64)) {
            long trained = model.parameters().stream().filter(p -> p.role().isTrained())
                    .mapToLong(p -> p.spec().shape().size()).sum();
            assertEquals(trained, check(model, 1));
            assertTrue(trained > 100, "too small to be a test");
        }
    }

    /** Gradient times a fixed direction v, differentiated again: H v. Differences of first gradients must say the same. */
    @ParameterizedTest
    @MethodSource("networks")
    void secondDerivativesAreThoseOfDifferences(Network network) {
        try (Backend backend = Backends.open("reference");
                Model model = Model.initialise(network, backend, 11, DType.F64)) {
            var rng = new java.util.SplittableRandom(6);
            Tensor x = Tensor.of(backend, new Spec(DType.F64, IMAGE.prepend(BATCH)),
                    rng.doubles((long) BATCH * IMAGE.size(), -1, 1).toArray());
            Tensor labels = Tensor.of(backend, Shape.of(BATCH), 0, 2, 1);
            Map<String, Tensor> direction = new LinkedHashMap<>();
            model.parameters().stream().filter(p -> p.role().isTrained()).forEach(p -> direction.put(p.name(), Tensor
                    .of(backend, p.value().spec(), rng.doubles(p.spec().shape().size(), -1, 1).toArray())));

            Tape tape = new Tape();
            ForwardPass pass = model.training(tape, 3, 8);
            Tensor loss = loss(pass, x, labels);
            List<Tensor> variables = List.copyOf(pass.variables().values());
            List<Tensor> gradients = tape.differentiableGradient(loss, variables);
            Tensor along = Tensor.zeros(backend, new Spec(DType.F64, Shape.scalar()));
            int i = 0;
            for (Tensor v : direction.values()) {
                along = along.plus(gradients.get(i++).times(v).sumAll());
            }
            double[] exact = flat(tape.gradient(along, variables));

            double[] there = gradientAt(model, direction, STEP, x, labels);
            double[] back = gradientAt(model, direction, -2 * STEP, x, labels); // from there, not from the start
            double largest = 0;
            for (double value : exact) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertTrue(largest > 1e-3, "no curvature to see");
            for (int j = 0; j < exact.length; j++) {
                assertEquals((there[j] - back[j]) / (2 * STEP), exact[j], 1e-6 * (1 + largest), "element " + j);
            }
        }
    }

    /** The fast backend in F32 and the oracle in F64, from the same weights: sums here are short, so a rounding counts once. */
    @ParameterizedTest
    @MethodSource("networks")
    void theCpuBackendHasTheSameGradients(Network network) {
        try (Backend reference = Backends.open("reference"); Backend cpu = Backends.open("cpu")) {
            double[] exact = gradient(Model.initialise(network, reference, 11, DType.F64), DType.F64);
            double[] fast = gradient(Model.initialise(network, cpu, 11), DType.F32);
            double largest = java.util.Arrays.stream(exact).map(Math::abs).max().orElseThrow();
            assertArrayEquals(exact, fast, 1e-5 * largest);
        }
    }

    private static double[] gradient(Model model, DType type) {
        Backend backend = model.backend();
        var rng = new java.util.SplittableRandom(5);
        Tensor x = Tensor.of(backend, new Spec(type, IMAGE.prepend(BATCH)),
                rng.doubles((long) BATCH * IMAGE.size(), -1, 1).map(value -> (float) value).toArray());
        Tape tape = new Tape();
        ForwardPass pass = model.training(tape, 3, 8);
        Tensor loss = loss(pass, x, Tensor.of(backend, Shape.of(BATCH), 0, 2, 1));
        return flat(tape.gradient(loss, List.copyOf(pass.variables().values())));
    }

    private static double[] flat(List<Tensor> tensors) {
        return tensors.stream().flatMapToDouble(t -> java.util.Arrays.stream(t.toDoubles())).toArray();
    }

    /** The gradient after a step along the direction; the model stays there. */
    private static double[] gradientAt(Model model, Map<String, Tensor> direction, double step, Tensor x,
            Tensor labels) {
        direction.forEach((name, v) -> {
            Parameter parameter = model.parameter(name);
            parameter.store(new WeightStorage.Dense(parameter.value().plus(v.times(step))));
        });
        Tape tape = new Tape();
        ForwardPass pass = model.training(tape, 3, 8);
        return flat(tape.gradient(loss(pass, x, labels), List.copyOf(pass.variables().values())));
    }

    @Test
    void theCheckCatchesAGradientThatIsOnePerMilleOff() {
        Network network = start().flatten().dense("last", 3).build();
        try (Backend backend = Backends.open("reference");
                Model model = Model.initialise(network, backend, 11, DType.F64)) {
            assertThrows(AssertionError.class, () -> check(model, 1.001));
        }
    }
}
