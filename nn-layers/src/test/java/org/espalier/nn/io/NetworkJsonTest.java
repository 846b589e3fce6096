package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.nn.Toy;
import org.espalier.nn.layer.Add;
import org.espalier.nn.layer.AveragePool2d;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.ChannelShortcut;
import org.espalier.nn.layer.Concat;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Flatten;
import org.espalier.nn.layer.GlobalAveragePool;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.LocalResponseNorm;
import org.espalier.nn.layer.MaxPool2d;
import org.espalier.nn.layer.Pass;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.layer.Relu6;
import org.espalier.nn.layer.Slice;
import org.espalier.nn.layer.Softmax;
import org.espalier.nn.layer.ZeroPad2d;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks to JSON and back, and JSON that is no network. */
final class NetworkJsonTest {
    private static final Shape IMAGE = Shape.of(4, 6, 6);

    private static Network of(Layer layer) {
        return Network.builder("one", IMAGE).layer("it", layer).build();
    }

    private static Network dense(Initialiser initialiser) {
        return Network.builder("one", Shape.of(3)).layer("it", new Dense(2, false, initialiser)).build();
    }

    static Stream<Network> networks() {
        return Stream.of(
                of(new AveragePool2d(new Window(3, 2, 2, 1, 1, 0, false))),
                of(new MaxPool2d(new Window(3, 2, 2, 1, 1, 0, true))),
                of(new BatchNorm(1e-3, 0.01)),
                of(new Conv2d(6, 3, 2, new ConvGeometry(2, 1, 1, 0, 1, 2, 2), true, new Initialiser.KaimingNormal())),
                of(new Dropout(0.15)),
                of(new Flatten()),
                of(new Relu()),
                of(new Relu6()),
                of(new LocalResponseNorm(3, 1e-3, 0.5, 2)),
                of(new GlobalAveragePool()),
                of(ChannelShortcut.optionA(4, 7, 2)),
                of(new Slice(1, 2)),
                of(new ZeroPad2d(0, 1, 2, 3)),
                Network.builder("one", Shape.of(3)).layer("it", new Softmax()).build(),
                Network.builder("joined", IMAGE).relu("a").concat("it", "a", Network.INPUT).called("both").build(),
                dense(new Initialiser.Constant(0.1)),
                dense(new Initialiser.CaffeXavier()),
                dense(new Initialiser.XavierUniform()),
                dense(new Initialiser.XavierNormal()),
                dense(new Initialiser.KaimingNormal()),
                dense(new Initialiser.KaimingUniform()),
                dense(new Initialiser.Gaussian(0.005)),
                dense(new Initialiser.KaimingNormalFanOut()),
                dense(new Initialiser.TruncatedFanAverage()),
                dense(new Initialiser.FanInUniform()),
                dense(new Initialiser.Biased(new Initialiser.Gaussian(0.005), 0.1)),
                Network.builder("join \"quoted\" é", IMAGE).relu().from(Network.INPUT).dropout(0.5)
                        .add("sum", "relu1", "dropout1").build(),
                Toy.network(),
                Networks.named("lenet5"),
                Networks.named("alexnet"),
                Networks.named("resnet20"),
                Networks.named("mobilenetv2"));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void aNetworkComesBackEqual(Network network) {
        assertTrue(NetworkJson.canWrite(network));
        String json = NetworkJson.write(network);
        assertEquals(network, NetworkJson.read(json));
        assertEquals(json, NetworkJson.write(NetworkJson.read(json)));
        assertEquals(1, json.lines().count());
    }

    /** Every layer and initialiser of the library stands in the round trip above. */
    @Test
    void noLayerOrInitialiserIsLeftOut() {
        Set<Class<?>> layers =
                networks().flatMap(n -> n.nodes().stream()).map(n -> n.layer().getClass()).collect(Collectors.toSet());
        assertEquals(Set.of(Add.class, AveragePool2d.class, BatchNorm.class, ChannelShortcut.class, Concat.class,
                Conv2d.class, Dense.class, Dropout.class, Flatten.class, GlobalAveragePool.class,
                LocalResponseNorm.class, MaxPool2d.class, Relu.class, Relu6.class, Slice.class, Softmax.class,
                ZeroPad2d.class), layers);
        Set<Class<?>> initialisers = networks().flatMap(n -> n.nodes().stream()).map(n -> n.layer())
                .mapMulti((Layer layer, java.util.function.Consumer<Class<?>> to) -> {
                    switch (layer) {
                        case Dense d -> to.accept(d.initialiser().getClass());
                        case Conv2d c -> to.accept(c.initialiser().getClass());
                        default -> {}
                    }
                }).collect(Collectors.toSet());
        assertEquals(Set.copyOf(Arrays.asList(Initialiser.class.getPermittedSubclasses())), initialisers);
    }

    /** What was written before layers had labels. */
    @Test
    void aLayerWithoutALabelIsCalledByItsName() {
        String json = NetworkJson.write(Network.builder("one", IMAGE).relu("a").called("b").build());
        Network network = NetworkJson.read(json.replace("\"label\":\"b\",", ""));
        assertEquals("a", network.node("a").label());
        assertEquals("b", NetworkJson.read(json).node("a").label());
    }

    private record Mine() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return inputs.get(0);
        }
    }

    @Test
    void aLayerOfSomeonesOwnIsNotWritten() {
        assertFalse(NetworkJson.canWrite(of(new Mine())));
    }

    private static final String LAYER =
            "{\"type\":\"Dense\",\"out\":2,\"bias\":true,\"initialiser\":{\"type\":\"Constant\",\"value\":0.5}}";
    private static final String GOOD =
            "{\"name\":\"n\",\"input\":[3],\"layers\":[{\"name\":\"fc\",\"inputs\":[\"input\"],\"layer\":" + LAYER
                    + "}]}";

    static Stream<Arguments> broken() {
        return Stream.of(
                arguments("", "name, input and layers"),
                arguments("null", "name, input and layers"),
                arguments("[]", "name, input and layers"),
                arguments("{}", "name, input and layers"),
                arguments("{\"name\":\"n\"", "end-of-input"),
                arguments("[".repeat(5000), "1000"),
                arguments("{\"a\":".repeat(5000), "1000"),
                arguments(GOOD + "x", "x"),
                arguments(GOOD + GOOD, "railing"),
                arguments(GOOD.replace("[3]", "3"), "name, input and layers"),
                arguments(GOOD.replace("[3]", "[-3]"), "negative"),
                arguments(GOOD.replace("[3]", "[100000,100000]"), "too many"),
                arguments(GOOD.replace("[3]", "[1e3]"), "oat"),
                arguments(GOOD.replace("[3]", "[99999999999]"), "99999999999"),
                arguments(GOOD.replace("[3]", "[[3]]"), "int"),
                arguments(GOOD.replace("\"n\"", "7"), "name, input and layers"),
                arguments(GOOD.replace("\"fc\"", "\"\""), "no name"),
                arguments(GOOD.replace("{\"name\":\"fc\",", "{"), "no name"),
                arguments(GOOD.replace("\"inputs\":[\"input\"],", ""), "no inputs"),
                arguments(GOOD.replace("[\"input\"]", "[\"output\"]"), "'output'"),
                arguments(GOOD.replace(LAYER, "null"), "no type"),
                arguments(GOOD.replace(LAYER, "{}"), "type"),
                arguments(GOOD.replace("Dense", "java.lang.Runtime"), "java.lang.Runtime"),
                arguments(GOOD.replace("\"out\":2,", ""), "out"),
                arguments(GOOD.replace("\"bias\":true,", ""), "bias"),
                arguments(GOOD.replace("true", "null"), "`null` into type `boolean`"),
                arguments(GOOD.replace("true", "\"true\""), "oolean"),
                arguments(GOOD.replace("\"out\":2", "\"out\":2.5"), "2.5"),
                arguments(GOOD.replace("\"out\":2", "\"out\":\"2\""), "int"),
                arguments(GOOD.replace("\"out\":2", "\"out\":-2"), "at least 1 output"),
                arguments(GOOD.replace("\"out\":2", "\"out\":2,\"out\":3"), "out"),
                arguments(GOOD.replace("\"out\":2", "\"out\":2,\"in\":3"), "in"),
                arguments(GOOD.replace(",\"initialiser\":{\"type\":\"Constant\",\"value\":0.5}", ""), "initialiser"),
                arguments(GOOD.replace("{\"type\":\"Constant\",\"value\":0.5}", "null"), "initialiser"),
                arguments(GOOD.replace("Constant", "Random"), "Random"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsNoNetworkIsRefusedWithAReason(String json, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> NetworkJson.read(json)).getMessage();
        assertTrue(message.contains(reason), message + " lacks " + reason);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void theTextThatTheBrokenOnesAreMadeOfIsGood() {
        assertEquals(Shape.of(2), NetworkJson.read(GOOD).outputShape());
    }
}
