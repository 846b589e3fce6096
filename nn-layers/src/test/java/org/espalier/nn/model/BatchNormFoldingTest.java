package org.espalier.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;

/** A folded model predicts what the model predicts, with one layer where two were. */
final class BatchNormFoldingTest {
    private static final ConvGeometry ODD = new ConvGeometry(2, 1, 1, 0, 1, 2, 3);

    private static Network network() {
        return Network.builder("n", Shape.of(3, 7, 8))
                .layer("conv1", new Conv2d(6, 3, 1, 1).withoutBias()).batchNorm("bn1").relu("relu1")
                .layer("grouped", new Conv2d(9, 2, 3, ODD, true, new Initialiser.KaimingNormal()))
                .called("label").layer("bn2", new BatchNorm(1e-3, 0.1))
                .from("relu1").layer("shared", new Conv2d(9, 3, 1, 1)).batchNorm("bn3")
                .concat("both", "shared", "bn3").batchNorm("bn4").globalAveragePool("gap")
                .layer("side", new Dense(4))
                .from("bn2").globalAveragePool("gap2").layer("fc", new Dense(4, false, new Initialiser.XavierNormal()))
                .batchNorm("bn5")
                .add("sum", "bn5", "side").layer("out", new Dense(2)).batchNorm("bn6")
                .build();
    }

    private static Model random(Network network, Backend backend, DType type) {
        Model model = Model.initialise(network, backend, 3, type);
        SplittableRandom rng = new SplittableRandom(4);
        for (Parameter parameter : model.parameters()) {
            if (!parameter.name().endsWith("weight") || parameter.spec().shape().rank() == 1) {
                double from = parameter.name().endsWith("running_var") ? 0.2 : -1;
                double[] values = rng.doubles(parameter.spec().shape().size(), from, 1.5).toArray();
                parameter.store(
                        new WeightStorage.Dense(Tensor.of(backend, new Spec(type, parameter.spec().shape()), values)));
            }
        }
        return model;
    }

    private static Tensor batch(Backend backend, Network network, DType type) {
        Shape shape = network.inputShape().prepend(2);
        return Tensor.of(backend, new Spec(type, shape),
                new SplittableRandom(5).doubles(shape.size(), -1, 1).toArray());
    }

    @Test
    void logitsStayAndNormsBehindWeightsAreGone() {
        try (Backend backend = Backends.open("reference");
                Model model = random(network(), backend, DType.F64);
                Model folded = BatchNormFolding.fold(model)) {
            Tensor batch = batch(backend, network(), DType.F64);
            assertArrayEquals(model.predict(batch).toDoubles(), folded.predict(batch).toDoubles(), 1e-12);
            assertEquals(
                    List.of("conv1", "relu1", "grouped", "shared", "bn3", "both", "bn4", "gap", "flatten1", "side",
                            "gap2", "flatten2", "fc", "sum", "out"),
                    folded.network().nodes().stream().map(Node::name).toList());
            assertEquals("label", folded.network().node("grouped").label());
            assertEquals(Shape.of(6), folded.parameter("conv1.bias").spec().shape());
            // the model itself is as it was
            assertEquals(network(), model.network());
            assertArrayEquals(model.predict(batch).toDoubles(),
                    random(network(), backend, DType.F64).predict(batch).toDoubles());
        }
    }

    /** One weight a channel, worked out by hand: 3 * (2 x + 1 - 5) / sqrt(3.75 + 0.25) + 7 = 3 x + 1. */
    @Test
    void weightsAndBiasesFollowTheFormula() {
        Network network =
                Network.builder("n", Shape.of(1)).dense("fc", 1).layer("bn", new BatchNorm(0.25, 0.1)).build();
        try (Backend backend = Backends.open("reference"); Model model = Model.initialise(network, backend, 1)) {
            set(model, "fc.weight", 2);
            set(model, "fc.bias", 1);
            set(model, "bn.weight", 3);
            set(model, "bn.bias", 7);
            set(model, "bn.running_mean", 5);
            set(model, "bn.running_var", 3.75f);
            try (Model folded = BatchNormFolding.fold(model)) {
                assertEquals(3, folded.parameter("fc.weight").value().item());
                assertEquals(1, folded.parameter("fc.bias").value().item());
                assertEquals(2, folded.parameters().size());
            }
        }
    }

    private static void set(Model model, String name, float value) {
        Parameter parameter = model.parameter(name);
        parameter.store(
                new WeightStorage.Dense(Tensor.of(model.backend(), parameter.spec().shape(), value)));
    }

    @Test
    void removedWeightsStayRemoved() {
        Network network = network();
        try (Backend backend = Backends.open("cpu"); Model model = random(network, backend, DType.F32)) {
            Parameter weight = model.parameter("conv1.weight");
            byte[] keep = new byte[weight.spec().shape().size()];
            for (int i = 0; i < keep.length; i++) {
                keep[i] = (byte) (i % 3 == 0 ? 1 : 0);
            }
            Mask mask = Mask.ofBytes(weight.spec().shape(), keep);
            weight.store(WeightStorage.masked(weight.value(), mask));
            model.parameter("out.weight").store(WeightStorage.csr(model.parameter("out.weight").value(),
                    Mask.ofBytes(Shape.of(2, 4), new byte[] {1, 0, 0, 1, 0, 1, 1, 0})));
            try (Model folded = BatchNormFolding.fold(model)) {
                assertEquals(mask, folded.parameter("conv1.weight").storage().mask());
                assertEquals(4, folded.parameter("out.weight").storage().mask().keptCount());
                for (float value : folded.parameter("conv1.weight").value().toFloats()) {
                    assertFalse(Float.floatToRawIntBits(value) == Float.floatToRawIntBits(-0f),
                            "a removed weight is +0");
                }
                Tensor batch = batch(backend, network, DType.F32);
                assertArrayEquals(model.predict(batch).toFloats(), folded.predict(batch).toFloats(), 1e-4f);
            }
        }
    }

    /** Only convolutions and the classifier keep parameters; each norm of ResNet-20 stands behind a convolution of its own. */
    @Test
    void aResNetFoldsWhole() {
        Network network = Networks.named("resnet20");
        try (Backend backend = Backends.open("cpu");
                Model model = random(network, backend, DType.F32);
                Model folded = BatchNormFolding.fold(model)) {
            LayerCount total = LayerCount.total("t", LayerCount.of(folded.network()));
            assertEquals(0, total.norm());
            assertEquals(268_336, total.weights());
            assertEquals(10 + 1_376 / 2, total.biases());
            Tensor batch = batch(backend, network, DType.F32);
            float[] expected = model.predict(batch).toFloats();
            float largest = 0;
            for (float value : expected) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertTrue(largest > 0.1, "logits that say nothing");
            assertArrayEquals(expected, folded.predict(batch).toFloats(), 1e-4f * largest);
        }
    }
}
