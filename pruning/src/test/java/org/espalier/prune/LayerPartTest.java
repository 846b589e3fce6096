package org.espalier.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.schedule.OneShot;
import org.espalier.prune.score.ScoringContext;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/** Convolutions and fully connected layers, pruned in turn. */
class LayerPartTest {
    @Test
    void matricesAreFullyConnectedAndNormsBelongToWhatFeedsThem() {
        Network network = Network.builder("norms", Shape.of(1, 4, 4))
                .batchNorm("first").conv("conv", 2, 3).batchNorm("second").relu().flatten()
                .dense("fc", 3).batchNorm("third").build();
        Map<String, LayerPart> parts = LayerPart.of(network);

        assertEquals(LayerPart.CONVOLUTIONAL, parts.get("first.weight"), "nothing with weights feeds it");
        assertEquals(LayerPart.CONVOLUTIONAL, parts.get("conv.weight"));
        assertEquals(LayerPart.CONVOLUTIONAL, parts.get("second.bias"));
        assertEquals(LayerPart.FULLY_CONNECTED, parts.get("fc.weight"));
        assertEquals(LayerPart.FULLY_CONNECTED, parts.get("third.weight"));
    }

    @Test
    void aNetworkMayHaveOnePartAlone() {
        Network lenet300 = Networks.named("lenet-300-100");
        Network lenet5 = Networks.named("lenet-5-caffe");

        assertTrue(LayerPart.FULLY_CONNECTED.isIn(lenet300));
        assertFalse(LayerPart.CONVOLUTIONAL.isIn(lenet300));
        assertTrue(LayerPart.CONVOLUTIONAL.isIn(lenet5));
        try (Model model = Model.initialise(lenet5, TestModels.CPU, 1)) {
            assertEquals(List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"),
                    model.parameters().stream().filter(LayerPart.CONVOLUTIONAL.parameters(lenet5)).map(Parameter::name)
                            .toList());
        }
    }

    /** Four weights in a convolution, four in a matrix. */
    private static Model model() {
        Network network =
                Network.builder("parts", Shape.of(1, 2, 2)).conv("conv", 1, 2).flatten().dense("fc", 4).build();
        Model model = Model.initialise(network, TestModels.CPU, 1, DType.F64);
        TestModels.set(model, "conv.weight", 1, 2, 3, 4);
        TestModels.set(model, "fc.weight", 0.5, 1.5, 2.5, 3.5);
        return model;
    }

    /** Of 0.5 to 4 the upper four stay, two of each layer; what retraining makes small in between is safe. */
    @Test
    void aStepInTwoPartsEndsWithWhatIsWishedAndSparesThePartBefore() {
        Pruner pruner = new Pruner(Han2015.method(new Global(2)).with(new OneShot()));
        try (Model model = model()) {
            ScoringContext context = ScoringContext.of(model);
            PruningReport first = pruner.prune(context, 1, LayerPart.FULLY_CONNECTED);
            assertEquals(List.of(0, 0, 1, 1), TestModels.bits(model, "fc.weight"));
            assertEquals(new Sparsity(4, 4), first.layer("conv").after());

            TestModels.set(model, "fc.weight", 0, 0, 0.1, 3.5);
            TestModels.mask(model, "fc.weight", 0, 0, 1, 1);
            PruningReport second = pruner.prune(context, 1, LayerPart.CONVOLUTIONAL);
            assertEquals(List.of(0, 0, 1, 1), TestModels.bits(model, "fc.weight"));
            assertEquals(List.of(0, 0, 1, 1), TestModels.bits(model, "conv.weight"));
            assertEquals(new Sparsity(4, 8), second.total());
        }
    }

    @Test
    void sharesOfTheOtherPartWaitForIt() {
        Pruner pruner = new Pruner(Han2015.method(KeepFractions.parse("conv=0.25,fc=0.5"))
                .with(new OneShot()));
        try (Model model = model()) {
            ScoringContext context = ScoringContext.of(model);
            pruner.prune(context, 1, LayerPart.FULLY_CONNECTED);
            assertEquals(6, model.keptWeights());
            pruner.prune(context, 1, LayerPart.CONVOLUTIONAL);
            assertEquals(List.of(0, 0, 0, 1), TestModels.bits(model, "conv.weight"));
            assertEquals(3, model.keptWeights());
        }
    }
}
