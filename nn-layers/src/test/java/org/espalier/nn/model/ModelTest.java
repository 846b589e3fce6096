package org.espalier.nn.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.espalier.nn.Toy;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.layer.Pass;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models hold weights: who shares them, who copies them, and what a layer may do to them. */
final class ModelTest {
    private final Backend backend = Backends.open("cpu");
    private final Model model = Model.initialise(Toy.network(), backend, 3);

    @AfterEach
    void close() {
        model.close();
        backend.close();
    }

    private static List<String> names(List<Parameter> parameters) {
        return parameters.stream().map(Parameter::name).toList();
    }

    @Test
    void parametersComeInTheNetworksOrderUnderTheirFullNames() {
        assertEquals(
                List.of("conv.weight", "conv.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
                        "hidden.weight", "hidden.bias", "out.weight", "out.bias"),
                names(model.parameters()));
        assertEquals(List.of("conv.weight", "hidden.weight", "out.weight"), names(model.weights()));
        String message =
                assertThrows(IllegalArgumentException.class, () -> model.parameter("conv2.weight")).getMessage();
        assertTrue(message.contains("'conv2.weight'") && message.contains("conv.weight"), message);
    }

    @Test
    void aCopyIsDeepInEveryForm() {
        Parameter hidden = model.parameter("hidden.weight");
        double[] half = new double[hidden.spec().shape().size()];
        Arrays.fill(half, 0, half.length / 2, 1);
        Mask mask = Mask.ofNonZeros(hidden.spec().shape(), half);
        hidden.store(WeightStorage.masked(hidden.value(), mask));
        Parameter out = model.parameter("out.weight");
        out.store(WeightStorage.csr(out.value(), Mask.all(out.spec().shape())));
        String before = Toy.hash(model);
        Model copy = model.copy();
        assertEquals(before, Toy.hash(copy));
        assertEquals(mask, copy.parameter("hidden.weight").storage().mask());
        assertEquals(model.keptWeights(), copy.keptWeights());
        for (Parameter parameter : copy.parameters()) {
            parameter.store(parameter.storage().withTrainable(copy.zerosLike(parameter)));
        }
        assertNotEquals(before, Toy.hash(copy));
        copy.close();
        assertEquals(before, Toy.hash(model), "neither training nor closing the copy touches the model");
    }

    private Map<String, WeightStorage> weights() {
        Map<String, WeightStorage> weights = new LinkedHashMap<>();
        model.copy().parameters().forEach(parameter -> weights.put(parameter.name(), parameter.storage()));
        return weights;
    }

    @Test
    void givenWeightsMakeTheSameModel() {
        Map<String, WeightStorage> weights = weights();
        try (Model same = Model.of(Toy.network(), backend, weights)) {
            assertEquals(Toy.hash(model), Toy.hash(same));
            assertSame(weights.get("out.bias"), same.parameter("out.bias").storage());
        }
        assertTrue(weights.get("out.bias").trainable().buffer().isReleased(), "the model has taken them over");
    }

    @Test
    void weightsThatAreNotTheNetworksAreRefused() {
        assertRefused("network 'toy' wants out.bias [4], got none", weights -> weights.remove("out.bias"));
        assertRefused("parameter 'out.bias' has shape [4], got [6]",
                weights -> weights.put("out.bias", weights.get("conv.bias")));
        assertRefused(
                "network 'toy' has no parameter 'more'; it has conv.weight, conv.bias, norm.weight, norm.bias,"
                        + " norm.running_mean, norm.running_var, hidden.weight, hidden.bias, out.weight, out.bias",
                weights -> weights.put("more", weights.get("out.bias")));
    }

    private void assertRefused(String message, Consumer<Map<String, WeightStorage>> change) {
        Map<String, WeightStorage> weights = weights();
        change.accept(weights);
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> Model.of(Toy.network(), backend, weights))
                        .getMessage());
    }

    @Test
    void anotherNetworkSharesTheWeights() {
        Network less = Toy.network().with(Map.of("dropout1", new Dropout(0.1)));
        Model other = model.withNetwork(less);
        assertEquals(less, other.network());
        model.parameter("out.bias").store(new WeightStorage.Dense(Tensor.of(backend, Shape.of(4), 1f, 2f, 3f, 4f)));
        assertArrayEquals(new float[] {1, 2, 3, 4}, other.parameter("out.bias").value().toFloats());
    }

    @Test
    void anotherNetworkHasTheParametersItNamesAndNoOthers() {
        Network front = Network.builder("front", Toy.SAMPLE).conv("conv", 6, 3).build();
        assertEquals(List.of("conv.weight", "conv.bias"), names(model.withNetwork(front).parameters()));
        Network wider = Network.builder("wider", Toy.SAMPLE).conv("conv", 7, 3).build();
        assertEquals("network 'wider' wants conv.weight [7,2,3,3], this model has conv.weight [6,2,3,3]",
                assertThrows(IllegalArgumentException.class, () -> model.withNetwork(wider)).getMessage());
        Network stranger = Network.builder("stranger", Toy.SAMPLE).conv("first", 6, 3).build();
        assertEquals("network 'stranger' wants first.weight [6,2,3,3], this model has none",
                assertThrows(IllegalArgumentException.class, () -> model.withNetwork(stranger)).getMessage());
    }

    @Test
    void aBatchOfAnotherShapeIsRefusedWithBothShapes() {
        Tensor batch = Tensor.of(backend, Shape.of(3, 2, 6, 5), new float[180]);
        assertEquals("network 'toy' wants a batch [n,2,6,6], got [3,2,6,5]",
                assertThrows(IllegalArgumentException.class, () -> model.predict(batch)).getMessage());
    }

    @Test
    void aParameterKeepsItsShape() {
        WeightStorage five = new WeightStorage.Dense(Tensor.of(backend, Shape.of(5), new float[5]));
        assertEquals("parameter 'out.bias' has shape [4], got [5]",
                assertThrows(IllegalArgumentException.class, () -> model.parameter("out.bias").store(five))
                        .getMessage());
    }

    @Test
    void everyLayersOutputCanBeLookedAt() {
        ForwardPass pass = model.evaluation();
        Tensor logits = pass.run(Tensor.of(backend, Toy.SAMPLE.prepend(2), new float[144]));
        assertEquals(Shape.of(2, 6, 4, 4), pass.output("conv").shape());
        assertEquals(Shape.of(2, 6, 2, 2), pass.output("pool").shape());
        assertArrayEquals(logits.toFloats(), pass.output("out").toFloats());
        assertThrows(IllegalArgumentException.class, () -> pass.output("conv9"));
    }

    @Test
    void pruningCountsWhatIsKept() {
        assertEquals(6 * 2 * 9 + 24 * 16 + 16 * 4, model.keptWeights());
        Parameter out = model.parameter("out.weight");
        out.store(WeightStorage.masked(out.value(), Mask.ofNonZeros(out.spec().shape(), new double[64])));
        assertEquals(6 * 2 * 9 + 24 * 16, model.keptWeights());
    }

    /** Breaks its promises: another shape than it says, or a trained parameter set as if it were a statistic. */
    private record Liar(boolean aboutShape) implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0);
        }

        @Override
        public List<ParameterSpec> parameters(List<Shape> inputs) {
            return List.of(ParameterSpec.bias(1));
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            if (aboutShape) {
                return inputs.get(0).narrow(1, 0, 1);
            }
            pass.update("bias", pass.parameter("bias").detach());
            return inputs.get(0);
        }
    }

    @Test
    void aLayerThatBreaksItsPromiseIsNamed() {
        Tensor batch = Tensor.of(backend, Shape.of(2, 3), new float[6]);
        Model shape =
                Model.initialise(Network.builder("n", Shape.of(3)).layer("mine", new Liar(true)).build(), backend, 1);
        assertEquals("layer 'mine' (Liar[aboutShape=true]) gave [2,1] where its output shape says [2,3]",
                assertThrows(IllegalStateException.class, () -> shape.predict(batch)).getMessage());
        Model statistic =
                Model.initialise(Network.builder("n", Shape.of(3)).layer("mine", new Liar(false)).build(), backend, 1);
        ForwardPass pass = statistic.training(new Tape(), 0, 0);
        assertEquals("layer 'mine' updates 'bias', which is trained and not a statistic",
                assertThrows(IllegalArgumentException.class, () -> pass.run(batch)).getMessage());
    }
}
