package org.espalier.nn.io.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.espalier.nn.layer.AveragePool2d;
import org.espalier.nn.layer.ChannelShortcut;
import org.espalier.nn.layer.Concat;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.LocalResponseNorm;
import org.espalier.nn.layer.MaxPool2d;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.layer.Pass;
import org.espalier.nn.layer.Relu6;
import org.espalier.nn.layer.Slice;
import org.espalier.nn.layer.Softmax;
import org.espalier.nn.layer.ZeroPad2d;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exported networks give the same logits in ONNX Runtime, an implementation that shares no code with this one. */
final class OnnxExportTest {
    private static final Backend CPU = Backends.open("cpu");
    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path folder;

    static Stream<String> networks() {
        return Networks.names().stream();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyNetwork(String name) throws OrtException, IOException {
        try (Model model = randomised(Networks.named(name), 11)) {
            boolean small = model.network().inputShape().size() <= 3 * 64 * 64;
            assertSameLogits(model, small ? new int[] {1, 3} : new int[] {1});
        }
    }

    /** Random weights, and batch norm as after training: no statistic and no scale is 0 or 1. */
    private static Model randomised(Network network, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, WeightStorage> weights = new LinkedHashMap<>();
        try (Scope scope = CPU.scope()) {
            for (Node node : network.nodes()) {
                for (ParameterSpec spec : node.parameters()) {
                    boolean weight = spec.role() == ParameterSpec.Role.WEIGHT;
                    boolean positive = !weight && (spec.name().equals("running_var") || spec.name().equals("weight"));
                    // uniform with variance 2 / fan-in, so that values neither die out nor overflow
                    double width = weight ? Math.sqrt(24.0 * spec.shape().axis(0) / spec.shape().size()) : 1;
                    float[] values = new float[spec.shape().size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) (width * (random.nextDouble() - 0.5) + (positive ? 1 : 0));
                    }
                    weights.put(node.parameterName(spec.name()),
                            new WeightStorage.Dense(Tensor.of(CPU, spec.shape(), values)));
                }
            }
            return Model.of(network, CPU, weights);
        }
    }

    private ModelProto assertSameLogits(Model model, int... batches) throws OrtException, IOException {
        Path file = folder.resolve("network.onnx");
        OnnxExport.write(model, file, Map.of());
        ModelProto proto;
        try (InputStream in = Files.newInputStream(file)) {
            proto = ModelProto.parseFrom(in);
        }
        OnnxRules.check(proto);
        try (OnnxRun run = new OnnxRun(file); Scope scope = CPU.scope()) {
            for (int count : batches) {
                Shape shape = model.network().inputShape().prepend(count);
                float[] values = new float[shape.size()];
                SplittableRandom random = new SplittableRandom(count);
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextDouble() * 4 - 2);
                }
                float[] ours = model.predict(Tensor.of(CPU, shape, values)).toFloats();
                float[] theirs = run.run(shape, values);
                assertEquals(ours.length, theirs.length);
                double largest = 0;
                double furthest = 0;
                for (int i = 0; i < ours.length; i++) {
                    largest = Math.max(largest, Math.abs(ours[i]));
                    furthest = Math.max(furthest, Math.abs((double) ours[i] - theirs[i]));
                }
                String where = model.network().name() + ", batch " + count;
                assertTrue(largest > 1e-6 && Double.isFinite(largest), where + ": the logits say nothing: " + largest);
                assertTrue(furthest <= TOLERANCE * largest, where + ": off by " + furthest + " of " + largest);
            }
        }
        return proto;
    }

    /** Layers that the networks above do not have, at odd sizes, with padding, strides and dilation. */
    @Test
    void aNetworkOfTheOtherLayers() throws OrtException, IOException {
        ConvGeometry odd = new ConvGeometry(2, 1, 1, 2, 1, 2, 2);
        Network network = Network.builder("user", Shape.of(4, 11, 9))
                .layer("pad", new ZeroPad2d(1, 0, 2, 1), Network.INPUT)
                .layer("conv", new Conv2d(6, 3, 2, odd, true, new Initialiser.KaimingNormal()), "pad")
                .layer("norm", new LocalResponseNorm(3, 0.5, 0.75, 2), "conv")
                .layer("left", new Slice(0, 2), "norm")
                .layer("right", new Slice(2, 4), "norm")
                .layer("relu6", new Relu6(), "right")
                .layer("joined", new Concat(), "left", "relu6", "left")
                .layer("shuffled", new ChannelShortcut(2, List.of(7, -1, 0, 3, -1, 3)), "joined")
                .layer("max", new MaxPool2d(new Window(3, 2, 2, 1, 1, 1, true)), "shuffled")
                .layer("mean", new AveragePool2d(new Window(2, 3, 1, 2, 1, 1, true)), "max")
                .layer("mean2", new AveragePool2d(new Window(2, 2, 1, 1, 1, 1, false)), "mean")
                .flatten()
                .layer("fc", new Dense(5))
                .layer("softmax", new Softmax())
                .build();
        try (Model model = randomised(network, 5)) {
            ModelProto proto = assertSameLogits(model, 1, 2, 3, 7);
            assertTrue(proto.getGraph().getNodeList().stream().map(NodeProto::getName).toList()
                    .containsAll(List.of("/pad/Pad", "/conv/Conv", "/joined/Concat", "/fc/Gemm")));
            assertEquals(Shape.of(6, 2, 3, 2), shape(constant(proto, "conv.weight")));
        }
    }

    private static TensorProto constant(ModelProto proto, String name) {
        return proto.getGraph().getInitializerList().stream().filter(c -> c.getName().equals(name)).findFirst()
                .orElseThrow();
    }

    private static Shape shape(TensorProto tensor) {
        return Shape.of(tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray());
    }

    /** A layer that its test gives: what it computes for a batch of vectors. */
    private record Computed(UnaryOperator<Tensor> function) implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.getFirst();
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return function.apply(inputs.getFirst());
        }
    }

    private static Model computing(UnaryOperator<Tensor> function) {
        return randomised(Network.builder("computed", Shape.of(6)).layer("mine", new Computed(function)).build(), 1);
    }

    static Stream<UnaryOperator<Tensor>> computations() {
        return Stream.of(
                x -> x.exp().plus(1).log().negate().tanh().abs().sqrt(),
                x -> x.plus(3).reciprocal().times(x.sign()),
                x -> x.step().plus(x.times(0.5)),
                x -> x.greater(x.negate()).plus(x.equal(x)).minus(x.times(2)),
                x -> x.max(x.times(-0.5)).min(x.plus(1)).dividedBy(x.abs().plus(1)),
                x -> x.minus(x.max(1)).times(x.sum(1)),
                x -> x.reshape(x.shape().axis(0), 2, 3).permute(0, 2, 1).reshape(x.shape()),
                x -> x.reshape(x.shape().axis(0) * 2, 3).sum(1).expand(Shape.of(x.shape().axis(0) * 2, 3))
                        .reshape(x.shape()),
                x -> x.narrow(1, 2, 3)
                        .matmul(Tensor.of(x.backend(), Shape.of(6, 3), 1f, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5,
                                6, 7, 8, 9), false, true),
                x -> x.gather(1, Tensor.of(x.backend(), Shape.of(6), 5, -1, 0, 0, 2, -1)),
                x -> x.plus(Tensor.full(x.backend(), x.spec(), 0.25)),
                x -> x.sum(1).times(Tensor.full(x.backend(), x.spec(), 3)).plus(x),
                x -> Tensor.concat(1, List.of(x.narrow(1, 2, 2), Tensor.zeros(x.backend(), Spec.of(DType.F32,
                        x.shape().axis(0), 1)), x.narrow(1, 0, 3))),
                x -> x.cast(DType.F64).cast(DType.F32),
                x -> Tensor.apply(new Fused.ReluGradient(), x, x.times(0.5)).get(0),
                x -> Tensor.apply(new Core.Slice(List.of(0, 0), List.of(x.shape().axis(0), 3), List.of(1, 2)), x).get(0)
                        .reshape(x.shape().axis(0), 3).matmul(Tensor.of(x.backend(), Shape.of(3, 6), new float[18]))
                        .plus(x));
    }

    @ParameterizedTest
    @MethodSource("computations")
    void layersOfOnesOwn(UnaryOperator<Tensor> function) throws OrtException, IOException {
        try (Model model = computing(function)) {
            assertSameLogits(model, 1, 2, 5);
        }
    }

    @Test
    void aNetworkThatDoesNothing() throws OrtException, IOException {
        try (Model model = computing(x -> x)) {
            assertEquals("Identity", assertSameLogits(model, 1, 4).getGraph().getNode(0).getOpType());
        }
    }

    @Test
    void whatTheTapeDoesNotSeeIsRefused() {
        assertTrue(refusal(x -> x.times(x.detach().exp())).contains(
                "layer 'mine' can't be written as ONNX: it uses"), "a value that hangs on the batch, off the tape");
        assertTrue(refusal(x -> x.argMax(1).cast(DType.F32).reshape(x.shape().axis(0), 1).plus(x))
                .contains("hangs on the batch"), "integers are not on the tape");
        assertTrue(refusal(x -> x.shape().axis(0) == 2 ? x.exp().log() : x).contains("other things for other sizes"));
        assertTrue(refusal(x -> Tensor.apply(new Core.Unslice(Shape.of(x.shape().axis(0), 11), List.of(0, 0),
                List.of(1, 2)), x).get(0).narrow(1, 0, 6)).contains("unslice with steps"));
        assertTrue(refusal(x -> x.plus(Tensor.of(x.backend(), Shape.of(1, 6), 1f, 2, 3, 4, 5, 6).expand(x.shape())))
                .contains("hangs on the batch"), "a constant as long as the batch that is not one number");
    }

    private String refusal(UnaryOperator<Tensor> function) {
        Path file = folder.resolve("refused.onnx");
        try (Model model = computing(function)) {
            String message =
                    assertThrows(IllegalArgumentException.class, () -> OnnxExport.write(model, file, Map.of()))
                            .getMessage();
            assertFalse(Files.exists(file));
            return message;
        }
    }

    /** Masked and compressed weights are zeros in the file, which is the same file. */
    @Test
    void prunedWeights() throws OrtException, IOException {
        Network network = Networks.named("lenet-300-100");
        try (Model model = Model.initialise(network, CPU, 4); Scope scope = CPU.scope()) {
            Parameter weight = model.parameter("fc1.weight");
            BitSet kept = new BitSet();
            SplittableRandom random = new SplittableRandom(9);
            for (int i = 0; i < weight.spec().shape().size(); i++) {
                kept.set(i, random.nextInt(10) == 0);
            }
            Mask mask = Mask.of(weight.spec().shape(), kept);
            Tensor value = Tensor.of(CPU, weight.spec().shape(), weight.value().toFloats());
            weight.store(WeightStorage.masked(value, mask));
            ModelProto masked = assertSameLogits(model, 2);
            weight.store(WeightStorage.csr(value, mask));
            ModelProto compressed = assertSameLogits(model, 2);
            assertEquals(masked, compressed);
            var bytes = constant(masked, "fc1.weight").getRawData().asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            int zeros = 0;
            while (bytes.hasRemaining()) {
                zeros += Float.floatToRawIntBits(bytes.get()) == 0 ? 1 : 0;
            }
            assertEquals(mask.size() - mask.keptCount(), zeros);
        }
    }

    @Test
    void metadataAndNames() {
        try (Model model = Model.initialise(Networks.named("lenet5"), CPU, 1)) {
            ModelProto proto = OnnxExport.proto(model, Map.of("espalier.preprocessing", "mnist"));
            assertEquals("mnist", proto.getMetadataProps(0).getValue());
            assertEquals(List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias",
                    "fc2.weight", "fc2.bias"),
                    proto.getGraph().getInitializerList().stream().map(TensorProto::getName)
                            .filter(name -> !name.startsWith("/")).toList());
            assertEquals("lenet-5-caffe", proto.getGraph().getName());
            assertEquals("input", proto.getGraph().getInput(0).getName());
            assertEquals("output", proto.getGraph().getOutput(0).getName());
        }
    }
}
