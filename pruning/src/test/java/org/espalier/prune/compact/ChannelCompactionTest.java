package org.espalier.prune.compact;

import static org.espalier.prune.compact.Compaction.batch;
import static org.espalier.prune.compact.Compaction.compactAndCompare;
import static org.espalier.prune.compact.Compaction.cut;
import static org.espalier.prune.compact.Compaction.outputs;
import static org.espalier.prune.compact.Compaction.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.espalier.nn.layer.AveragePool2d;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.NetworkBuilder;
import org.espalier.prune.TestModels;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Channels of convolutions: what folds where, behind pooling, batch norm, flattening and residual sums. */
class ChannelCompactionTest {
    private static final Initialiser ZERO = new Initialiser.Constant(0);

    private static NetworkBuilder image() {
        return Network.builder("image", Shape.of(1, 5, 5));
    }

    /** conv1 has 3 channels, of which channel 0 has no inputs and the given bias; conv2 reads it with this padding. */
    private static Model constantChannel(double bias, int padding, boolean secondBias) {
        ConvGeometry geometry = ConvGeometry.of(1, padding);
        Network network = image().conv("conv1", 3, 2).relu()
                .layer("conv2", new Conv2d(2, 3, 3, geometry, secondBias, ZERO)).flatten().dense("fc", 2).build();
        Model model = random(network, DType.F64, 1);
        TestModels.set(model, "conv1.bias", bias, 0.1, 0.2);
        cut(model, "conv1.weight", 0, 0);
        return model;
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0, true, 2", // exact: goes
        "-0.5, 0, true, 2", // 0 behind ReLU: goes
        "0.5, 1, true, 3", // the border would see 0.5 instead of 0: stays
        "-0.5, 1, true, 2", // 0 is 0 at the border too: goes
        "0.5, 0, false, 3", // no bias to take it over: stays
        "-0.5, 0, false, 2", // nothing to take over: goes
    })
    void aConstantChannelFoldsOnlyWhereThatIsExact(double bias, int padding, boolean secondBias, int channelsLeft) {
        Model model = constantChannel(bias, padding, secondBias);
        assertEquals(channelsLeft, outputs(compactAndCompare(model, 1e-9), "conv1.weight"));
    }

    /** Why a padded successor keeps the channel: folding it anyway gives other outputs. */
    @Test
    void foldingIntoAPaddedConvolutionWouldBeWrong() {
        Model unpadded = constantChannel(0.5, 0, true);
        Model folded = DeadNeurons.plan(unpadded).apply();
        Model padded = constantChannel(0.5, 1, true);
        Network smaller = image().conv("conv1", 2, 2).relu().conv("conv2", 2, 3, 1, 1).flatten().dense("fc", 2).build();
        Model wrong = random(smaller, DType.F64, 1);
        for (String parameter : List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias")) {
            TestModels.set(wrong, parameter, folded.parameter(parameter).value().toDoubles());
        }
        for (String parameter : List.of("fc.weight", "fc.bias")) {
            TestModels.set(wrong, parameter, padded.parameter(parameter).value().toDoubles());
        }
        assertTrue(Equivalence.largestDifference(padded, wrong, batch(padded, 3, 5)) > 1e-3);
    }

    @ParameterizedTest
    @CsvSource({"0, true, 2", "1, true, 3", "1, false, 2"})
    void anAverageOverPaddingMixesZerosIn(int padding, boolean countPadding, int channelsLeft) {
        Window window = new Window(2, 2, 2, 2, padding, padding, countPadding);
        Network network =
                image().conv("conv1", 3, 2).layer("pool", new AveragePool2d(window)).flatten().dense("fc", 2).build();
        Model model = random(network, DType.F64, 2);
        cut(model, "conv1.weight", 0, 1);
        assertEquals(channelsLeft, outputs(compactAndCompare(model, 1e-9), "conv1.weight"));
    }

    @Test
    void batchNormIsCutAlongAndItsConstantsFold() {
        Network network = image().conv("conv1", 4, 2).batchNorm("bn1").relu().maxPool("pool", 2, 2).flatten()
                .dense("fc", 3).build();
        Model model = random(network, DType.F64, 3);
        TestModels.set(model, "bn1.bias", 2, 2, 2, 2); // positive behind ReLU
        cut(model, "conv1.weight", 0, 2);
        Model smaller = compactAndCompare(model, 1e-9);
        assertEquals(3, outputs(smaller, "conv1.weight"));
        for (String parameter : List.of("weight", "bias", "running_mean", "running_var")) {
            double[] before = model.parameter("bn1." + parameter).value().toDoubles();
            double[] expected = {before[0], before[1], before[3]};
            assertEquals(Arrays.toString(expected),
                    Arrays.toString(smaller.parameter("bn1." + parameter).value().toDoubles()));
        }
    }

    /** A map goes only when all its elements behind the flatten can: pool gives 2x2 elements a channel. */
    @Test
    void behindAFlattenAllElementsOfAMapMustBeUnread() {
        Network network = image().conv("conv1", 3, 2).maxPool("pool", 2, 2).flatten().dense("fc", 2).build();
        Model model = random(network, DType.F64, 4);
        for (int element : new int[] {0, 1, 2, 3, 4, 5, 6}) {
            cut(model, "fc.weight", 1, element); // all of map 0, three of map 1
        }
        Model smaller = compactAndCompare(model, 1e-9);
        assertEquals(2, outputs(smaller, "conv1.weight"));
        assertEquals(Shape.of(2, 8), smaller.parameter("fc.weight").spec().shape());
    }

    private static Model residual() {
        Network network = image().conv("stem", 3, 3, 1, 1).relu()
                .conv("inner", 4, 3, 1, 1).relu().conv("branch", 3, 3, 1, 1)
                .add("join", "relu1", "branch").relu().flatten().dense("fc", 2).build();
        return random(network, DType.F64, 5);
    }

    private static void cutReaders(Model model, int channel) {
        for (int element = channel * 25; element < (channel + 1) * 25; element++) {
            cut(model, "fc.weight", 1, element);
        }
    }

    @Test
    void aChannelOfAResidualSumGoesOnlyWhereAllReadersLetIt() {
        Model model = residual();
        cutReaders(model, 1);
        // the inner branch still reads channel 1 of the stem
        assertEquals(3, outputs(compactAndCompare(model, 1e-9), "stem.weight"));
        cut(model, "inner.weight", 1, 1);
        Model smaller = compactAndCompare(model, 1e-9);
        assertEquals(2, outputs(smaller, "stem.weight"));
        assertEquals(2, outputs(smaller, "branch.weight"));
        assertEquals(Shape.of(4, 2, 3, 3), smaller.parameter("inner.weight").spec().shape());
    }

    @Test
    void aChannelOfAResidualSumIsDeadOnlyIfDeadInEveryProducer() {
        Model model = residual();
        TestModels.set(model, "stem.bias", 0.3, -1, 0.3); // channel 1 is 0 behind ReLU once it has no inputs
        cut(model, "stem.weight", 0, 1);
        assertEquals(3, outputs(compactAndCompare(model, 1e-9), "stem.weight"), "the branch still varies");
        cut(model, "branch.weight", 0, 1);
        Model smaller = compactAndCompare(model, 1e-9);
        assertEquals(2, outputs(smaller, "stem.weight"));
        assertEquals(2, outputs(smaller, "branch.weight"));
    }

    @Test
    void groupedConvolutionsAndTheirInputsStay() {
        Network network = image().conv("conv1", 4, 3).relu()
                .layer("grouped", new Conv2d(4, 3, 3, ConvGeometry.of(1, 0).withGroups(2), true, ZERO)).flatten()
                .dense("fc", 2).build();
        Model model = random(network, DType.F64, 6);
        cut(model, "conv1.weight", 0, 1);
        cut(model, "fc.weight", 1, 2);
        assertTrue(DeadNeurons.plan(model).isEmpty());
    }

    @Test
    void randomConvolutionNetsComputeTheSame() {
        Random random = new Random(12);
        int gone = 0;
        for (int round = 0; round < 20; round++) {
            int pad = round % 2;
            NetworkBuilder builder =
                    image().conv("conv1", 4, 3, 1, pad).batchNorm("bn1").relu().conv("conv2", 5, 2, 1, 1 - pad);
            if (round % 3 == 0) {
                builder.relu();
            }
            Network network = builder.maxPool("pool", 2, 2).flatten().dense("fc1", 6).relu().dense("fc2", 3).build();
            Model model = random(network, DType.F64, round);
            double density = 0.05 + 0.3 * random.nextDouble();
            for (Parameter weight : model.weights()) {
                double[] bits = random.doubles(weight.spec().shape().size()).map(u -> u < density ? 1 : 0).toArray();
                TestModels.mask(model, weight.name(), bits);
            }
            Model smaller = compactAndCompare(model, 1e-9);
            gone += 15 - outputs(smaller, "conv1.weight") - outputs(smaller, "conv2.weight")
                    - outputs(smaller, "fc1.weight");
        }
        assertTrue(gone > 20, "too few channels went: " + gone);
    }
}
