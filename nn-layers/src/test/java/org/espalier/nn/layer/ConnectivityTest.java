package org.espalier.nn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers say about their connections, held against what they do. */
final class ConnectivityTest {
    private static final Shape IMAGE = Shape.of(4, 5, 3);
    private static final Window POOL = new Window(3, 2, 2, 1, 1, 0, true);

    static Stream<Layer> rearranging() {
        return Stream.of(new Flatten(), new ZeroPad2d(1, 0, 2, 3), new ZeroPad2d(0, 0, 0, 0),
                ChannelShortcut.optionA(4, 9, 2), ChannelShortcut.optionA(4, 2, 1),
                new ChannelShortcut(3, List.of(3, -1, 3, 0)));
    }

    /** Each input element is its own number, so each output element says where it comes from. */
    @ParameterizedTest
    @MethodSource("rearranging")
    void aRearrangementMovesEachElementAsItsMapSays(Layer layer) {
        float[] numbers = new float[IMAGE.size()];
        IntStream.range(0, numbers.length).forEach(i -> numbers[i] = i + 1);
        try (Backend backend = Backends.open("reference")) {
            float[] output = new Single(backend, IMAGE, layer).evaluate(numbers).toFloats();
            IndexMap map = ((Connectivity.Rearrange) layer.connectivity(List.of(IMAGE))).map();
            assertEquals(output.length, map.size());
            for (int i = 0; i < output.length; i++) {
                assertEquals(output[i], map.source(i) + 1f, "element " + i);
            }
        }
    }

    static Stream<Arguments> others() {
        return Stream.of(
                arguments(new Conv2d(6, 3, 2, 1).withGroups(2),
                        new Connectivity.Weighted("weight", "bias", ConvGeometry.of(2, 1).withGroups(2))),
                arguments(new Conv2d(4, 3, 1, 0).withGroups(4).withoutBias(),
                        new Connectivity.Weighted("weight", null, ConvGeometry.of(1, 0).withGroups(4))),
                arguments(new Dense(3), new Connectivity.Weighted("weight", "bias", ConvGeometry.of(1, 0))),
                arguments(new MaxPool2d(POOL), new Connectivity.Window(POOL)),
                arguments(new AveragePool2d(POOL), new Connectivity.Window(POOL)),
                arguments(new Relu(), new Connectivity.PerElement(List.of(), new ConstantMap.Relu())),
                arguments(new Dropout(0.5), new Connectivity.PerElement(List.of(), new ConstantMap.Identity())),
                arguments(new Add(), new Connectivity.Sum()),
                arguments(new Concat(), new Connectivity.Concat()),
                arguments(new Slice(1, 2), new Connectivity.Slice(1, 2)),
                arguments(new GlobalAveragePool(), new Connectivity.Window(new Window(5, 3, 5, 3, 0, 0, true))),
                arguments(new Relu6(), new Connectivity.PerElement(List.of(), new ConstantMap.Clamp(0, 6))),
                arguments(new LocalResponseNorm(), new Connectivity.Opaque()),
                arguments(new Softmax(), new Connectivity.Opaque()));
    }

    @ParameterizedTest
    @MethodSource("others")
    void theOthersSayWhatTheyAre(Layer layer, Connectivity connectivity) {
        assertEquals(connectivity, layer.connectivity(List.of(IMAGE)));
    }

    @Test
    void onlyLayersWithWeightsCanHaveABias() {
        Conv2d bare = new Conv2d(3, 2, 1, 0).withoutBias();
        assertEquals(new Conv2d(3, 2, 1, 0), bare.withBias().orElseThrow());
        assertEquals(new Dense(3), new Dense(3, false, new Initialiser.CaffeXavier()).withBias().orElseThrow());
        assertEquals(true, new BatchNorm().withBias().isEmpty());
    }
}
