package org.espalier.nn.io.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.espalier.nn.io.AtomicFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.tensor.Lowering;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * Writes a model in evaluation mode as an ONNX file of opset {@value #OPSET}: one input, {@value #INPUT}, of shape
 * {@code [batch, ...]} with the batch open, one output, {@value #OUTPUT}, and each parameter under its own name. Weights
 * are written dense; removed ones are zeros.
 */
public final class OnnxExport {
    /** The version of ONNX's operators; ONNX 1.12 and ONNX Runtime 1.12 have it, of 2022, and all since. */
    public static final int OPSET = 17;

    /** The name of the graph's input. */
    public static final String INPUT = "input";

    /** The name of the graph's output. */
    public static final String OUTPUT = "output";

    /** The name of the open axis. */
    static final String BATCH = "batch";

    /** The version of the file format that belongs to {@link #OPSET}. */
    private static final int FORMAT = 8;

    /** A protobuf message can't be longer than 2^31 - 1 bytes; nodes and names take a little of it. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 24);

    /** Two sizes of the batch, neither of them 1, which would broadcast. */
    private static final int ONE_SIZE = 2;
    private static final int OTHER_SIZE = 3;

    /** A value of a pass: its memory, and the shape that it is looked at in. */
    private record Value(Buffer buffer, Shape shape) {
        static Value of(Tensor tensor) {
            return new Value(tensor.buffer(), tensor.shape());
        }
    }

    private final Model model;
    private final OnnxGraph graph = new OnnxGraph();
    private final Map<Buffer, Parameter> parameters = new HashMap<>();
    /** Names of the values of the first pass, constants among them. */
    private final Map<Value, String> names = new HashMap<>();
    private final Tape one = new Tape();
    private final Tape other = new Tape();

    private OnnxExport(Model model) {
        this.model = model;
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @param metadata free strings to keep in the file
     * @throws IllegalArgumentException if a layer computes what ONNX can't say, naming it, or the weights are too many
     * @throws org.espalier.nn.io.CannotWriteException if the file can't be written; the old file then stays
     */
    public static void write(Model model, Path file, Map<String, String> metadata) {
        ModelProto proto = proto(model, metadata);
        AtomicFile.write(file, proto::writeTo);
    }

    static ModelProto proto(Model model, Map<String, String> metadata) {
        if (model.parameters().stream().allMatch(OnnxExport::isDense)) {
            return new OnnxExport(model).build(metadata);
        }
        try (Scope scope = model.backend().scope(); Model copy = model.copy()) {
            for (Parameter parameter : copy.parameters()) {
                parameter.store(parameter.storage().masked());
            }
            return new OnnxExport(copy).build(metadata);
        }
    }

    private static boolean isDense(Parameter parameter) {
        return parameter.storage().trainable().shape().equals(parameter.spec().shape());
    }

    private ModelProto build(Map<String, String> metadata) {
        graph.reserve(INPUT);
        graph.reserve(OUTPUT);
        model.parameters().forEach(parameter -> {
            graph.reserve(parameter.name());
            parameters.put(parameter.value().buffer(), parameter);
        });
        Shape sample = model.network().inputShape();
        try (Scope scope = model.backend().scope()) {
            Tensor input = one.watch(batch(ONE_SIZE));
            Tensor result = model.evaluation().run(input);
            Tensor otherResult = model.evaluation().run(other.watch(batch(OTHER_SIZE)));
            if (result.shape().rank() == 0 || otherResult.shape().axis(0) != OTHER_SIZE) {
                throw new IllegalArgumentException("the output " + result.shape() + " has no axis of the batch");
            }
            names.put(Value.of(input), INPUT);
            translate(0, 0);
            String last = name(result, otherResult, "output");
            if (graph.constantBytes() > MOST_BYTES) {
                throw new IllegalArgumentException("the weights take " + graph.constantBytes()
                        + " bytes; an ONNX file holds at most " + MOST_BYTES);
            }
            ModelProto.Builder proto = ModelProto.newBuilder()
                    .setIrVersion(FORMAT)
                    .setProducerName("espalier")
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
            new TreeMap<>(metadata).forEach((key, value) -> proto
                    .addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
            return proto.setGraph(graph.build(model.network().name(),
                    OnnxGraph.batched(INPUT, input.dtype(), sample),
                    OnnxGraph.batched(OUTPUT, result.dtype(), result.shape().withoutFirst()), last)).build();
        }
    }

    /** Any numbers will do, so long as they differ: a constant that hangs on them must show. */
    private Tensor batch(int size) {
        Shape shape = model.network().inputShape().prepend(size);
        SplittableRandom random = new SplittableRandom(size);
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> random.nextDouble() - 0.5);
        return Tensor.of(model.backend(), model.parameters().isEmpty()
                ? new Spec(DType.F32, shape)
                : model.parameters().getFirst().value().spec().withShape(shape), values);
    }

    /** Writes down what the tapes recorded from these places on. */
    private void translate(int from, int otherFrom) {
        for (Twin twin : Twin.of(one.operations(from), other.operations(otherFrom))) {
            graph.section(twin.one().section());
            List<String> in = new ArrayList<>();
            for (int i = 0; i < twin.one().inputs().size(); i++) {
                in.add(input(twin, i));
            }
            switch (twin.primitive()) {
                case Core core -> names.put(output(twin), CoreOperators.add(graph, core, twin, in));
                case Fused fused -> {
                    Optional<String> output = FusedOperators.add(graph, fused, twin, in);
                    if (output.isPresent()) {
                        names.put(output(twin), output.get());
                    } else {
                        lower(fused, twin);
                    }
                }
            }
        }
    }

    private String input(Twin twin, int index) {
        Tensor tensor = twin.one().inputs().get(index);
        Tensor otherTensor = twin.other().inputs().get(index);
        if (names.containsKey(Value.of(tensor)) || tensor.shape().equals(otherTensor.shape())
                || !isFilled(tensor, otherTensor)) {
            return name(tensor, otherTensor, twin.one().section());
        }
        double value = tensor.toDoubles()[0];
        boolean repeats = twin.primitive() instanceof Core.Binary
                && twin.one().inputs().get(1 - index).shape().equals(twin.one().outputs().getFirst().shape());
        return repeats ? graph.scalar(tensor.dtype(), value) : filled(twin, index, value);
    }

    /** Whether all elements of both are one real number. */
    private static boolean isFilled(Tensor tensor, Tensor otherTensor) {
        DoubleStream values =
                DoubleStream.concat(Arrays.stream(tensor.toDoubles()), Arrays.stream(otherTensor.toDoubles()));
        return tensor.dtype().isReal() && tensor.dtype() == otherTensor.dtype() && tensor.shape().size() > 0
                && values.mapToLong(Double::doubleToLongBits).distinct().count() == 1;
    }

    /** One number in a shape that is as long as the batch in some axis, which the graph reads off its input. */
    private String filled(Twin twin, int index, double value) {
        List<Integer> axes = twin.input(index);
        List<String> lengths = new ArrayList<>();
        String batch = graph.node("Gather", List.of(graph.node("Shape", List.of(INPUT)), graph.longs(List.of(0))));
        for (int i = 0; i < axes.size(); i++) {
            boolean open = axes.get(i) == -1;
            if (open && twin.one().inputs().get(index).shape().axis(i) != ONE_SIZE) {
                throw twin.refusal("reads a constant as long as a multiple of the batch");
            }
            lengths.add(open ? batch : graph.longs(List.of(axes.get(i))));
        }
        String shape = graph.node("Concat", lengths, OnnxGraph.attribute("axis", 0));
        return graph.node("Expand", List.of(graph.scalar(twin.one().inputs().get(index).dtype(), value), shape));
    }

    private static Value output(Twin twin) {
        return Value.of(twin.one().outputs().getFirst());
    }

    private void lower(Fused op, Twin twin) {
        int from = one.size();
        int otherFrom = other.size();
        List<Tensor> lowered = Lowering.of(op, twin.one().inputs());
        List<Tensor> otherLowered = Lowering.of((Fused) twin.other().primitive(), twin.other().inputs());
        translate(from, otherFrom);
        for (int i = 0; i < lowered.size(); i++) {
            names.put(Value.of(twin.one().outputs().get(i)),
                    name(lowered.get(i), otherLowered.get(i), twin.one().section()));
        }
    }

    /** The name of a value of the passes; a value that no operation made is a constant. */
    private String name(Tensor tensor, Tensor otherTensor, String section) {
        String known = names.get(Value.of(tensor));
        if (known != null) {
            return known;
        }
        Parameter parameter = parameters.get(tensor.buffer());
        if (parameter == null || otherTensor.buffer() != tensor.buffer()) {
            requireEqual(tensor, otherTensor, section);
        }
        String name;
        if (parameter != null && parameter.spec().shape().equals(tensor.shape())) {
            name = parameter.name();
            graph.constant(name, tensor);
        } else {
            name = graph.constant(tensor);
        }
        names.put(Value.of(tensor), name);
        return name;
    }

    private static void requireEqual(Tensor tensor, Tensor otherTensor, String section) {
        if (!tensor.spec().equals(otherTensor.spec()) || !Arrays.equals(tensor.toDoubles(), otherTensor.toDoubles())) {
            throw new IllegalArgumentException("layer '" + section + "' can't be written as ONNX: it uses "
                    + tensor.spec() + " that hangs on the batch in a way that no tape records");
        }
    }
}
