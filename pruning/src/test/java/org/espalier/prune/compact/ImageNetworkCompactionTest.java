package org.espalier.prune.compact;

import static org.espalier.prune.compact.Compaction.compactAndCompare;
import static org.espalier.prune.compact.Compaction.cut;
import static org.espalier.prune.compact.Compaction.outputs;
import static org.espalier.prune.compact.Compaction.random;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.espalier.nn.layer.LocalResponseNorm;
import org.espalier.nn.layer.Relu6;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.ResNet;
import org.espalier.prune.TestModels;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The layers of the image networks, where channels go and where they must stay. */
final class ImageNetworkCompactionTest {

    /** A channel inside a block goes; the sum's channels, and those that a shortcut moves, stay as many as they are. */
    @ParameterizedTest
    @EnumSource(names = {"OPTION_A", "OPTION_B"})
    void aResNetLosesChannelsInsideItsBlocks(ResNet.Shortcut shortcut) {
        Model model = random(ResNet.cifar(8, 10, shortcut), DType.F64, 3);
        cut(model, "layer1.0.conv2.weight", 1, 5);
        cut(model, "layer2.0.conv2.weight", 1, 0);
        cut(model, "layer2.0.conv2.weight", 1, 31);
        Model smaller = compactAndCompare(model, 1e-11 * scale(model));
        assertEquals(15, outputs(smaller, "layer1.0.conv1.weight"));
        assertEquals(30, outputs(smaller, "layer2.0.conv1.weight"));
        assertEquals(16, outputs(smaller, "layer1.0.conv2.weight"));
        assertEquals(32, outputs(smaller, "layer2.0.conv2.weight"));
    }

    private static double scale(Model model) {
        double largest = 1;
        for (double logit : model.predict(Compaction.batch(model, 5, 99)).toDoubles()) {
            largest = Math.max(largest, Math.abs(logit));
        }
        return largest;
    }

    /** Two units that get nothing but their biases, 7 and 3: behind ReLU6 they are 6 and 3. */
    @Test
    void aConstantIsFoldedThroughRelu6() {
        Network network = Network.builder("n", Shape.of(3)).dense("fc1", 4).layer("act", new Relu6()).dense("fc2", 2)
                .build();
        Model model = random(network, DType.F64, 4);
        TestModels.set(model, "fc1.bias", 7, 0.5, 3, -0.5);
        cut(model, "fc1.weight", 0, 0);
        cut(model, "fc1.weight", 0, 2);
        double[] weight = model.parameter("fc2.weight").value().toDoubles();
        double[] bias = model.parameter("fc2.bias").value().toDoubles();
        Model smaller = compactAndCompare(model, 1e-12);
        assertEquals(2, outputs(smaller, "fc1.weight"));
        assertEquals(bias[0] + 6 * weight[0] + 3 * weight[2],
                smaller.parameter("fc2.bias").value().toDoubles()[0], 1e-12);
    }

    @Test
    void channelsGoThroughAJoin() {
        Network network = Network.builder("n", Shape.of(2, 5, 5))
                .conv("a", 3, 3).from(Network.INPUT).conv("b", 4, 3)
                .concat("both", "a", "b").relu().conv("c", 2, 3)
                .build();
        Model model = random(network, DType.F64, 5);
        cut(model, "c.weight", 1, 1); // of a
        cut(model, "c.weight", 1, 3); // the first of b
        cut(model, "c.weight", 1, 6); // the last of b
        Model smaller = compactAndCompare(model, 1e-12);
        assertEquals(2, outputs(smaller, "a.weight"));
        assertEquals(2, outputs(smaller, "b.weight"));
    }

    /** A channel that nobody reads still takes part in its neighbours' norms. */
    @Test
    void nothingGoesAroundLocalResponseNormalisation() {
        Network network = Network.builder("n", Shape.of(2, 4, 4))
                .conv("a", 5, 1).layer("norm", new LocalResponseNorm(3, 1, 0.75, 1)).conv("b", 2, 1).build();
        Model model = random(network, DType.F64, 6);
        cut(model, "b.weight", 1, 2);
        assertEquals(5, outputs(compactAndCompare(model, 1e-12), "a.weight"));
    }
}
