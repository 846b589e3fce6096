package org.espalier.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.layer.Relu6;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What prediction runs as one gives what the layers give one by one. */
final class FusionTest {
    /** Of parameters with which no ReLU6 is at its top everywhere. */
    private static final float SMALL = 0.3f;

    private static Network residual() {
        var plain = new Conv2d(6, 3, 3, ConvGeometry.of(1, 1), false, new Initialiser.CaffeXavier());
        return Network.builder("residual", Shape.of(3, 9, 10))
                .conv("conv1", 6, 3, 1, 1)
                .batchNorm("norm1")
                .layer("relu1", new Relu())
                .layer("conv2", plain)
                .batchNorm("norm2")
                .add("join", "relu1", "norm2")
                .layer("relu2", new Relu())
                .conv("conv3", 5, 3)
                .layer("relu3", new Relu())
                .conv("conv4", 4, 1)
                .batchNorm("norm4")
                .layer("relu6", new Relu6())
                .conv("conv5", 4, 1)
                .layer("cut", new Relu6())
                .flatten()
                .dense("hidden", 8)
                .layer("relu4", new Relu())
                .dense("middle", 8)
                .layer("cut2", new Relu6())
                .dense("out", 3)
                .build();
    }

    /** The join's first input is there before its second; the second join's input is read twice. */
    private static Network projected() {
        return Network.builder("projected", Shape.of(3, 9, 10))
                .conv("conv1", 6, 3, 1, 1)
                .batchNorm("norm1")
                .from(Network.INPUT).conv("short", 6, 1)
                .batchNorm("norm2")
                .add("join", "norm1", "norm2")
                .layer("relu", new Relu())
                .conv("conv2", 6, 3, 1, 1)
                .batchNorm("norm3")
                .add("twice", "norm3", "relu")
                .add("thrice", "twice", "norm3")
                .flatten()
                .dense("out", 3)
                .build();
    }

    private static Tensor random(Backend backend, Shape shape, long seed) {
        Random random = new Random(seed);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(backend, shape, values);
    }

    @Test
    void takesInWhatNobodyElseReads() {
        assertEquals(List.of("conv1 to relu1", "conv2 to relu2", "conv3 to relu3",
                "conv4 to relu6", "conv5 to cut", "flatten1", "hidden to relu4", "middle", "cut2", "out"),
                runs(residual()));
    }

    @Test
    void joinsWhereTheLaterInputIsComputed() {
        assertEquals(List.of("conv1 to norm1", "short to relu", "conv2 to norm3", "twice", "thrice", "flatten1", "out"),
                runs(projected()));
    }

    private static List<String> runs(Network network) {
        List<String> runs = new ArrayList<>();
        for (Fusion fusion : Fusion.of(network)) {
            runs.add(fusion.first().name() + (fusion.last() == fusion.first() ? "" : " to " + fusion.last().name()));
        }
        return runs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void givesTheSameLogits(String name) {
        for (Network network : List.of(residual(), projected())) {
            try (Backend backend = Backends.open(name); Model model = Model.initialise(network, backend, 7)) {
                for (Parameter parameter : model.parameters()) {
                    storeRandom(model, parameter.name(), 0, 1);
                }
                assertPredictsWhatLayersGive(model);
            }
        }
    }

    /** What prediction keeps from call to call, it keeps only while the parameters stay. */
    @ParameterizedTest
    @ValueSource(strings = {"conv2.weight", "norm2.weight", "norm2.bias", "norm2.running_mean", "norm2.running_var"})
    void followsWhatIsStoredOrWritten(String changed) {
        for (String name : List.of("cpu", "reference")) {
            try (Backend backend = Backends.open(name); Model model = Model.initialise(residual(), backend, 7)) {
                for (Parameter parameter : model.parameters()) {
                    storeRandom(model, parameter.name(), 0, SMALL);
                }
                float[] before = assertPredictsWhatLayersGive(model);
                assertArrayEquals(before, assertPredictsWhatLayersGive(model));

                storeRandom(model, changed, 1, SMALL);
                float[] stored = assertPredictsWhatLayersGive(model);
                assertFalse(Arrays.equals(before, stored));

                Tensor value = model.parameter(changed).value();
                backend.write(value.buffer(), value.times(0.5).toFloats());
                assertFalse(Arrays.equals(stored, assertPredictsWhatLayersGive(model)));
            }
        }
    }

    private static void storeRandom(Model model, String name, long seed, float scale) {
        Parameter parameter = model.parameter(name);
        Tensor values =
                random(model.backend(), parameter.storage().logicalShape(), name.hashCode() + seed).times(scale);
        parameter.store(new WeightStorage.Dense(name.endsWith("running_var") ? values.abs() : values));
    }

    private static float[] assertPredictsWhatLayersGive(Model model) {
        Tensor batch = random(model.backend(), Shape.of(4, 3, 9, 10), 1);
        float[] oneByOne = model.evaluation().run(batch).toFloats();
        float[] fused = model.predict(batch).toFloats();
        float largest = 0;
        for (float logit : oneByOne) {
            largest = Math.max(largest, Math.abs(logit));
        }
        assertArrayEquals(oneByOne, fused, 1e-5f * largest);
        return fused;
    }
}
