package org.espalier.prune.compact;

import static org.espalier.prune.compact.Compaction.compactAndCompare;
import static org.espalier.prune.compact.Compaction.cut;
import static org.espalier.prune.compact.Compaction.outputs;
import static org.espalier.prune.compact.Compaction.random;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.ConstantMap;
import org.espalier.nn.layer.IndexMap;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.layer.Pass;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/** Layers that users write: what they say of their connections decides how far they are cut along. */
class OwnLayerCompactionTest {
    private static final Initialiser ZERO = new Initialiser.Constant(0);

    /** A layer whose connections nobody knows. */
    private record Negate() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return inputs.get(0).negate();
        }
    }

    /** The same, but it says how it hangs together: elementwise, by a function that this module does not know. */
    private record KnownNegate() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return inputs.get(0).negate();
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.PerElement(List.of(), new ConstantMap.Unknown());
        }
    }

    private static Model around(Layer layer) {
        Network network =
                Network.builder("own", Shape.of(3)).dense("fc1", 4).layer("own", layer).dense("fc2", 2).build();
        Model model = random(network, DType.F64, 7);
        cut(model, "fc2.weight", 1, 0); // unread
        cut(model, "fc1.weight", 0, 1); // constant before the layer
        return model;
    }

    @Test
    void aroundAnOpaqueLayerNothingGoes() {
        assertTrue(DeadNeurons.plan(around(new Negate())).isEmpty());
    }

    @Test
    void throughAnUnknownFunctionOnlyTheUnreadGo() {
        assertEquals(3, outputs(compactAndCompare(around(new KnownNegate()), 1e-9), "fc1.weight"));
    }

    /** Elementwise, but it insists on four elements. */
    private record FourOnly() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            if (!inputs.get(0).equals(Shape.of(4))) {
                throw new IllegalArgumentException("expects [4]");
            }
            return inputs.get(0);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return inputs.get(0);
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.PerElement(List.of(), new ConstantMap.Identity());
        }
    }

    /** Dense without a way to make it smaller. */
    private record Rigid(int out) implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return Shape.of(out);
        }

        @Override
        public List<ParameterSpec> parameters(List<Shape> inputs) {
            return List.of(ParameterSpec.weight(Shape.of(out, inputs.get(0).axis(0)), ZERO));
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return pass.weight("weight").multiply(inputs.get(0), null);
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.Weighted("weight", null, ConvGeometry.of(1, 0));
        }
    }

    @Test
    void layersThatCannotFollowAreLeftAlone() {
        assertTrue(DeadNeurons.plan(around(new FourOnly())).isEmpty());
        Network network = Network.builder("own", Shape.of(3)).dense("fc1", 4).relu().layer("own", new Rigid(4))
                .dense("fc2", 2).build();
        Model model = random(network, DType.F64, 8);
        cut(model, "fc2.weight", 1, 0);
        cut(model, "own.weight", 1, 1);
        Model smaller = compactAndCompare(model, 1e-9);
        assertEquals(3, outputs(smaller, "fc1.weight")); // its inputs may shrink
        assertEquals(4, outputs(smaller, "own.weight")); // its outputs may not
    }

    /** Swaps the halves of a vector and puts two zeros behind. */
    private record SwapAndPad() implements Layer {
        private static IndexMap map(int n) {
            int[] sources = new int[n + 2];
            for (int i = 0; i < n; i++) {
                sources[i] = (i + n / 2) % n;
            }
            sources[n] = -1;
            sources[n + 1] = -1;
            return IndexMap.of(sources);
        }

        @Override
        public Shape outputShape(List<Shape> inputs) {
            return Shape.of(inputs.get(0).axis(0) + 2);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            int n = x.shape().axis(1);
            Tensor zeros = Tensor.zeros(x.backend(), x.spec().withShape(Shape.of(x.shape().axis(0), 2)));
            return Tensor.concat(1, List.of(x.narrow(1, n / 2, n - n / 2), x.narrow(1, 0, n / 2), zeros));
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.Rearrange(map(inputs.get(0).axis(0)));
        }
    }

    private static Model rearranged() {
        Network network =
                Network.builder("own", Shape.of(3)).dense("fc1", 4).layer("own", new SwapAndPad()).dense("fc2", 2)
                        .dense("fc3", 2).build();
        return random(network, DType.F64, 9);
    }

    /**
     * The two zeros could go, as nothing varies there, but the layer always makes them: it is left alone, whatever else
     * nobody reads. The rest of the network still shrinks.
     */
    @Test
    void aRearrangementThatCannotFollowIsLeftAlone() {
        Model model = rearranged();
        assertTrue(DeadNeurons.plan(model).isEmpty());
        cut(model, "fc2.weight", 1, 0);
        cut(model, "fc3.weight", 1, 0);
        Model smaller = compactAndCompare(model, 1e-9);
        assertEquals(4, outputs(smaller, "fc1.weight"));
        assertEquals(1, outputs(smaller, "fc2.weight"));
    }

    /** The elements of a vector, last first. */
    private record Reverse() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            int n = inputs.get(0).shape().axis(1);
            return Tensor.concat(1,
                    IntStream.range(0, n).mapToObj(i -> inputs.get(0).narrow(1, n - 1 - i, 1)).toList());
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            int n = inputs.get(0).axis(0);
            return new Connectivity.Rearrange(IndexMap.of(IntStream.range(0, n).map(i -> n - 1 - i).toArray()));
        }
    }

    @Test
    void aRearrangementThatFollowsIsCutAlong() {
        Network network =
                Network.builder("own", Shape.of(3)).dense("fc1", 4).layer("own", new Reverse()).dense("fc2", 2).build();
        Model model = random(network, DType.F64, 13);
        cut(model, "fc2.weight", 1, 0); // fc1's unit 3
        cut(model, "fc1.weight", 0, 1);
        Model smaller = compactAndCompare(model, 1e-9);
        double[] before = model.parameter("fc1.bias").value().toDoubles();
        assertEquals(
                Arrays.toString(new double[] {before[0], before[2]}),
                Arrays.toString(smaller.parameter("fc1.bias").value().toDoubles()));
    }

    /** Takes channels 1 and 2. */
    private record Middle() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0).withAxis(0, 2);
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return inputs.get(0).narrow(1, 1, 2);
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.Slice(1, 2);
        }
    }

    /** Joins along the channels. */
    private record Join() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0).withAxis(0, inputs.stream().mapToInt(s -> s.axis(0)).sum());
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return Tensor.concat(1, inputs);
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.Concat();
        }
    }

    @Test
    void concatenatedChannelsGoOneByOne() {
        Network network = Network.builder("join", Shape.of(3)).dense("a", 3).from(Network.INPUT).dense("b", 2)
                .layer("both", new Join(), "a", "b").dense("fc", 2).build();
        Model model = random(network, DType.F64, 10);
        cut(model, "fc.weight", 1, 1); // a's 1
        cut(model, "b.weight", 0, 0); // constant
        Model smaller = compactAndCompare(model, 1e-9);
        assertEquals(2, outputs(smaller, "a.weight"));
        assertEquals(1, outputs(smaller, "b.weight"));
    }

    /** A slice at a fixed place: behind it nothing can go, before it only what it does not take, and not before its start. */
    @Test
    void aSliceAtAFixedPlaceIsRespected() {
        Network network = Network.builder("slice", Shape.of(3)).dense("fc1", 4).layer("middle", new Middle())
                .dense("fc2", 2).build();
        Model model = random(network, DType.F64, 11);
        Model smaller = compactAndCompare(model, 1e-9); // channels 0 and 3 are read by nobody
        assertEquals(4, outputs(smaller, "fc1.weight"));
    }
}
