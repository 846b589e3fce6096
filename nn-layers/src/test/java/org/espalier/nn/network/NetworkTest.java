package org.espalier.nn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.espalier.nn.layer.Add;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.Pass;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/** Wiring, names, replacement of layers and lookup. */
final class NetworkTest {
    private static Network residual() {
        return Network.builder("residual", Shape.of(4))
                .dense("a", 4).relu()
                .dense("b", 4)
                .from("relu1").dense("c", 4)
                .add("join", "b", "c").relu()
                .dropout(0.5)
                .dense("out", 2)
                .build();
    }

    @Test
    void eachLayerReadsTheOneBeforeUnlessToldOtherwise() {
        Network network = residual();
        assertEquals(List.of("a", "relu1", "b", "c", "join", "relu2", "dropout1", "out"),
                network.nodes().stream().map(Node::name).toList());
        assertEquals(List.of(Network.INPUT), network.node("a").inputs());
        assertEquals(List.of("relu1"), network.node("b").inputs());
        assertEquals(List.of("relu1"), network.node("c").inputs());
        assertEquals(List.of("b", "c"), network.node("join").inputs());
        assertEquals(List.of("b", "c"), network.readersOf("relu1").stream().map(Node::name).toList());
        assertEquals(List.of("a"), network.readersOf(Network.INPUT).stream().map(Node::name).toList());
        assertEquals(Shape.of(4), network.inputShape());
        assertEquals(Shape.of(2), network.outputShape());
    }

    @Test
    void theWeightedLayersAreKnownByTheirWeights() {
        Network network = residual();
        assertEquals(List.of("a", "b", "c", "out"), network.weightedNodes().stream().map(Node::name).toList());
        Node.Weighted weighted = network.node("out").weighted().orElseThrow();
        assertEquals("out.weight", weighted.parameter());
        assertEquals(Shape.of(2, 4), weighted.shape());
        assertEquals("bias", weighted.connectivity().bias());
    }

    @Test
    void replacedLayersStandWhereTheOldOnesStood() {
        Network network = residual();
        Network rescaled = network.with(Map.of("dropout1", new Dropout(0.15)));
        assertEquals(new Dropout(0.15), rescaled.node("dropout1").layer());
        assertEquals(new Dropout(0.5), network.node("dropout1").layer());
        assertEquals(List.of("relu2"), rescaled.node("dropout1").inputs());
        assertNotEquals(network, rescaled);
        assertEquals(network, rescaled.with(Map.of("dropout1", new Dropout(0.5))));
        assertEquals(network.hashCode(), residual().hashCode());
        assertEquals(network, residual());
    }

    @Test
    void aReplacementThatDoesNotFitIsRefused() {
        String message = assertThrows(IllegalArgumentException.class, () -> residual().with(Map.of("b", new Dense(5))))
                .getMessage();
        assertTrue(message.contains("'join'") && message.contains("'b'") && message.contains("'c'"), message);
        assertEquals("network 'residual' has no layer 'd'; it has a, relu1, b, c, join, relu2, dropout1, out",
                assertThrows(IllegalArgumentException.class, () -> residual().with(Map.of("d", new Add())))
                        .getMessage());
    }

    @Test
    void theTextHasOneLineALayer() {
        List<String> lines = residual().toString().lines().toList();
        assertEquals("residual [4]", lines.get(0));
        assertEquals("  join Add[] <- b, c : [4]", lines.get(5));
    }

    @Test
    void namesAndAliasesLeadToNetworks() {
        for (String name : Networks.names()) {
            assertEquals(name, Networks.named(name).name());
        }
        assertEquals("lenet-300-100", Networks.aliases().get("lenet300"));
        assertEquals("lenet-5-caffe", Networks.aliases().get("lenet5"));
        assertEquals("resnet-56-cifar10", Networks.aliases().get("resnet56"));
        assertEquals("resnet-50-imagenet", Networks.aliases().get("resnet50"));
        assertEquals("vgg-16-bn-imagenet", Networks.aliases().get("vgg16_bn"));
        assertTrue(Collections.disjoint(Networks.names(), Networks.aliases().keySet()), "an alias is no name");
        Networks.aliases().forEach((alias, name) -> assertEquals(Networks.named(name), Networks.named(alias)));
        String message = assertThrows(IllegalArgumentException.class, () -> Networks.named("lenet-6")).getMessage();
        assertTrue(message.contains("'lenet-6'") && message.contains("lenet-5-caffe") && message.contains("lenet300"),
                message);
    }

    @Test
    void aLayerNeedsAName() {
        assertEquals("a layer of network 'n' has no name",
                assertThrows(IllegalArgumentException.class,
                        () -> Network.builder("n", Shape.of(1)).dense("", 1).build()).getMessage());
    }

    /** Says that it runs through a weight, and has none of that name. */
    private record Boaster() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return inputs.get(0);
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.Weighted("kernel", null, org.espalier.tensor.shape.ConvGeometry.of(1, 0));
        }
    }

    @Test
    void aWeightThatALayerSpeaksOfMustBeAmongItsParameters() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> Network.builder("n", Shape.of(1)).layer("mine", new Boaster()).build()).getMessage();
        assertTrue(message.contains("'mine'") && message.contains("'kernel'"), message);
    }
}
