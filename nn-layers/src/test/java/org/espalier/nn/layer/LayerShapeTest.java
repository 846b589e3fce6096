package org.espalier.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.NetworkBuilder;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which shapes layers make of which, and what they say where something does not fit. */
final class LayerShapeTest {
    private static final Initialiser ZERO = new Initialiser.Constant(0);

    static Stream<Arguments> shapes() {
        return Stream.of(
                arguments(new Dense(7), Shape.of(5), Shape.of(7)),
                arguments(new Conv2d(20, 5, 1, 0), Shape.of(1, 28, 28), Shape.of(20, 24, 24)),
                // AlexNet's conv1 and conv2: floor((227 - 11) / 4) + 1 = 55; padding 2 keeps 27
                arguments(new Conv2d(96, 11, 4, 0), Shape.of(3, 227, 227), Shape.of(96, 55, 55)),
                arguments(new Conv2d(256, 5, 5, ConvGeometry.of(1, 2).withGroups(2), true, ZERO), Shape.of(96, 27, 27),
                        Shape.of(256, 27, 27)),
                arguments(new MaxPool2d(Window.of(3, 2)), Shape.of(96, 55, 55), Shape.of(96, 27, 27)),
                arguments(new MaxPool2d(Window.of(2, 2)), Shape.of(3, 5, 4), Shape.of(3, 2, 2)),
                arguments(new AveragePool2d(Window.of(8, 8)), Shape.of(64, 8, 8), Shape.of(64, 1, 1)),
                arguments(new GlobalAveragePool(), Shape.of(64, 8, 7), Shape.of(64, 1, 1)),
                arguments(new LocalResponseNorm(), Shape.of(96, 55, 55), Shape.of(96, 55, 55)),
                arguments(new Relu6(), Shape.of(2, 3), Shape.of(2, 3)),
                arguments(new Softmax(), Shape.of(10), Shape.of(10)),
                // rows and columns 0, 2, 4 of 5 and of 6
                arguments(ChannelShortcut.optionA(16, 32, 2), Shape.of(16, 5, 6), Shape.of(32, 3, 3)),
                arguments(ChannelShortcut.optionA(16, 13, 1), Shape.of(16, 5, 6), Shape.of(13, 5, 6)),
                arguments(new Slice(3, 2), Shape.of(5, 4, 4), Shape.of(2, 4, 4)),
                arguments(new Slice(0, 2), Shape.of(5), Shape.of(2)),
                arguments(new ZeroPad2d(1, 2, 3, 4), Shape.of(5, 4, 4), Shape.of(5, 7, 11)),
                // MobileNetV2's second depthwise convolution
                arguments(new Conv2d(96, 3, 2, 1).withGroups(96), Shape.of(96, 112, 112), Shape.of(96, 56, 56)),
                arguments(new Flatten(), Shape.of(50, 4, 4), Shape.of(800)),
                arguments(new Relu(), Shape.of(2, 3), Shape.of(2, 3)),
                arguments(new Dropout(0.5), Shape.of(9), Shape.of(9)),
                arguments(new BatchNorm(), Shape.of(4, 2, 2), Shape.of(4, 2, 2)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void layersSayWhatComesOut(Layer layer, Shape in, Shape out) {
        assertEquals(out, layer.outputShape(List.of(in)));
    }

    static Stream<Arguments> parameters() {
        return Stream.of(
                arguments(new Dense(7), Shape.of(5), "weight [7,5] WEIGHT, bias [7] BIAS"),
                arguments(new Dense(7, false, ZERO), Shape.of(5), "weight [7,5] WEIGHT"),
                arguments(new Conv2d(256, 5, 5, ConvGeometry.of(1, 2).withGroups(2), true, ZERO), Shape.of(96, 27, 27),
                        "weight [256,48,5,5] WEIGHT, bias [256] BIAS"),
                arguments(new BatchNorm(), Shape.of(4, 2, 2),
                        "weight [4] NORM, bias [4] NORM, running_mean [4] STATISTIC, running_var [4] STATISTIC"),
                arguments(new Relu(), Shape.of(4), ""));
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void parametersAreNamedAndShapedAsInPyTorch(Layer layer, Shape in, String expected) {
        assertEquals(expected, String.join(", ", layer.parameters(List.of(in)).stream()
                .map(spec -> spec.name() + " " + spec.shape() + " " + spec.role()).toList()));
    }

    private static NetworkBuilder image() {
        return Network.builder("n", Shape.of(3, 8, 8)).conv("conv1", 4, 3);
    }

    private static Arguments refused(String name, Supplier<NetworkBuilder> builder, String... expected) {
        return arguments(name, builder, List.of(expected));
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                refused("dense on an image", () -> image().dense("fc1", 10), "'fc1'", "'conv1'", "[4,6,6]", "flatten"),
                refused("convolution of a vector", () -> image().flatten().conv("conv2", 4, 3), "'conv2'", "'flatten1'",
                        "[144]", "[c,h,w]"),
                refused("kernel too large", () -> image().conv("conv2", 4, 7), "'conv2'", "'conv1'", "[4,6,6]", "7x7"),
                refused("groups that do not divide", () -> image().layer("conv2",
                        new Conv2d(6, 3, 3, ConvGeometry.of(1, 0).withGroups(3), true, ZERO)), "'conv2'", "'conv1'",
                        "[4,6,6]", "3 group"),
                refused("window too large", () -> image().maxPool("pool1", 7, 1), "'pool1'", "'conv1'", "[4,6,6]",
                        "7x7"),
                refused("average of a vector", () -> image().flatten().averagePool("pool1", 2, 2), "'pool1'",
                        "'flatten1'", "[144]", "[c,h,w]"),
                refused("sum of other shapes", () -> image().conv("conv2", 4, 3).add("sum", "conv1", "conv2"),
                        "'sum'", "'conv1'", "'conv2'", "[4,6,6]", "[4,4,4]", "same shape"),
                refused("sum of one", () -> image().layer("sum", new Add()), "'sum'", "'conv1'", "two or more"),
                refused("concat of other planes", () -> image().conv("conv2", 4, 3).concat("all", "conv1", "conv2"),
                        "'all'", "'conv1'", "'conv2'", "[4,6,6]", "[4,4,4]", "channels only"),
                refused("concat of one", () -> image().concat("all", "conv1"), "'all'", "'conv1'", "two or more"),
                refused("a slice behind the end", () -> image().slice("part", "conv1", 3, 2), "'part'", "'conv1'",
                        "[4,6,6]", "at least 5 channels"),
                refused("a slice that overflows", () -> image().slice("part", "conv1", Integer.MAX_VALUE, 2),
                        "'part'", "at least 2147483649 channels"),
                refused("a shortcut from missing channels",
                        () -> image().layer("short", ChannelShortcut.optionA(5, 8, 2)), "'short'", "'conv1'",
                        "[4,6,6]", "at least 5 channels"),
                refused("normalisation across no channels",
                        () -> image().flatten().layer("lrn", new LocalResponseNorm()), "'lrn'", "'flatten1'",
                        "[c,h,w]"),
                refused("global average of a vector", () -> image().flatten().globalAveragePool("gap"), "'gap'",
                        "'flatten1'", "[c,h,w]"),
                refused("padding of a vector", () -> image().flatten().layer("pad", new ZeroPad2d(1, 1, 1, 1)),
                        "'pad'", "[c,h,w]"),
                refused("softmax of an image", () -> image().layer("shares", new Softmax()), "'shares'", "[4,6,6]",
                        "flatten"),
                refused("two inputs for one", () -> image().relu().layer("fc", new Flatten(), "conv1", "relu1"), "'fc'",
                        "'conv1'", "'relu1'", "one input"),
                refused("nothing to read", () -> image().layer("fc", new Relu(), "conv9"), "'fc'", "'conv9'",
                        "no such layer"),
                refused("a name twice", () -> image().conv("conv1", 4, 3), "two layers", "'conv1'"),
                refused("no layers", () -> Network.builder("empty", Shape.of(1)), "'empty'", "no layers"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misfits")
    void whatDoesNotFitNamesBothLayersAndTheirShapes(String name, Supplier<NetworkBuilder> builder,
            List<String> expected) {
        String message = assertThrows(IllegalArgumentException.class, () -> builder.get().build()).getMessage();
        for (String part : expected) {
            assertTrue(message.contains(part), message + " lacks " + part);
        }
        assertTrue(message.lines().count() == 1, message);
    }

    static Stream<Arguments> impossible() {
        return Stream.of(
                refused("no outputs", () -> image().dense("fc", 0), "at least 1 output"),
                refused("empty kernel", () -> image().conv("c", 4, 0), "kernel"),
                refused("no stride", () -> image().conv("c", 4, 3, 0, 0), "stride"),
                refused("outputs not divisible by groups", () -> image().layer(
                        new Conv2d(5, 1, 1, ConvGeometry.of(1, 0).withGroups(2), true, ZERO)), "5 outputs", "2 groups"),
                refused("padding as large as the window",
                        () -> image().layer(new MaxPool2d(new Window(2, 2, 2, 2, 2, 2, true))), "padding"),
                refused("epsilon of batch norm", () -> image().layer(new BatchNorm(-1, 0.1)), "epsilon", "-1"),
                refused("an even local response normalisation", () -> image().layer(new LocalResponseNorm(4, 1, 1, 1)),
                        "odd size", "4"),
                refused("a sum that can be zero", () -> image().layer(new LocalResponseNorm(5, 1, 1, 0)), "k above 0"),
                refused("negative padding", () -> image().layer(new ZeroPad2d(0, -1, 0, 0)), "padding", "-1"),
                refused("an empty slice", () -> image().layer(new Slice(1, 0)), "length of at least 1"),
                refused("a shortcut without a stride", () -> image().layer(new ChannelShortcut(0, List.of(0))),
                        "stride"),
                refused("a shortcut from nowhere", () -> image().layer(new ChannelShortcut(1, List.of(0, -2))), "-2"),
                refused("a shortcut to nowhere", () -> image().layer(new ChannelShortcut(1, List.of())), "[]"),
                refused("momentum of batch norm", () -> image().layer(new BatchNorm(1e-5, 1.5)), "momentum", "1.5"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("impossible")
    void impossibleLayersAreRefusedWhenMade(String name, Supplier<NetworkBuilder> builder, List<String> expected) {
        String message = assertThrows(IllegalArgumentException.class, builder::get).getMessage();
        for (String part : expected) {
            assertTrue(message.contains(part), message + " lacks " + part);
        }
    }
}
