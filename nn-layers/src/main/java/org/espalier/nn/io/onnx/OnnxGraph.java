package org.espalier.nn.io.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;

/**
 * The graph as it grows: nodes in the order in which they run, constants, and names. Nodes are called as PyTorch's exporter
 * calls them: {@code /conv1/Conv}, and their outputs {@code /conv1/Conv_output_0}.
 */
final class OnnxGraph {
    private final List<NodeProto.Builder> nodes = new ArrayList<>();
    private final List<TensorProto> constants = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private String section = "";

    /** What the next nodes compute, such as a layer. */
    void section(String name) {
        section = name.isEmpty() ? "" : "/" + name;
    }

    /** An attribute of one whole number. */
    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    /** An attribute of one real number. */
    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOAT).setF(value)
                .build();
    }

    /** An attribute of several whole numbers. */
    static AttributeProto attribute(String name, List<Integer> values) {
        AttributeProto.Builder builder =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        values.forEach(builder::addInts);
        return builder.build();
    }

    /** Adds a node of one output; gives the output's name. */
    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String name = unique(section + "/" + operator);
        String output = unique(name + "_output_0");
        nodes.add(NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    private String unique(String wanted) {
        String name = wanted;
        while (!names.add(name)) {
            name = wanted + "_" + counts.merge(wanted, 1, Integer::sum);
        }
        return name;
    }

    /** Takes a name for a value that is no node's, such as the input. */
    void reserve(String name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("two values of the graph would be called '" + name + "'");
        }
    }

    /** Adds a constant of a name that has been {@linkplain #reserve reserved}. */
    void constant(String name, Tensor tensor) {
        Shape shape = tensor.shape();
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(shape.size(), tensor.dtype().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        switch (tensor.dtype()) {
            case F32 -> bytes.asFloatBuffer().put(tensor.toFloats());
            case F64 -> bytes.asDoubleBuffer().put(tensor.toDoubles());
            case I32 -> bytes.asIntBuffer().put(tensor.toInts());
            case U16 -> {
                for (int index : tensor.toInts()) {
                    bytes.putChar((char) index);
                }
            }
        }
        add(name, type(tensor.dtype()), shape, bytes);
    }

    /** Adds a constant of the current section; gives its name. */
    String constant(Tensor tensor) {
        String name = unique(section + "/Constant");
        constant(name, tensor);
        return name;
    }

    /** One real number. */
    String scalar(DType dtype, double value) {
        String name = unique(section + "/Constant");
        ByteBuffer bytes = ByteBuffer.allocate(dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        add(name, type(dtype), Shape.scalar(),
                dtype == DType.F64 ? bytes.putDouble(0, value) : bytes.putFloat(0, (float) value));
        return name;
    }

    /** Whole numbers of 64 bits, as ONNX has shapes, axes and offsets. */
    String longs(List<Integer> values) {
        String name = unique(section + "/Constant");
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putLong);
        add(name, TensorProto.DataType.INT64, Shape.of(values.size()), bytes);
        return name;
    }

    private void add(String name, TensorProto.DataType type, Shape shape, ByteBuffer bytes) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
        for (int axis : shape.toArray()) {
            tensor.addDims(axis);
        }
        constants.add(tensor.setRawData(UnsafeByteOperations.unsafeWrap(bytes.array())).build());
    }

    /** Bytes of the constants, which are most of a file. */
    long constantBytes() {
        return constants.stream().mapToLong(constant -> constant.getRawData().size()).sum();
    }

    static TensorProto.DataType type(DType dtype) {
        return switch (dtype) {
            case F32 -> TensorProto.DataType.FLOAT;
            case F64 -> TensorProto.DataType.DOUBLE;
            case I32 -> TensorProto.DataType.INT32;
            case U16 -> TensorProto.DataType.UINT16;
        };
    }

    /** A value whose first axis is open. */
    static ValueInfoProto batched(String name, DType dtype, Shape sample) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(OnnxExport.BATCH));
        for (int axis : sample.toArray()) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(axis));
        }
        TypeProto.Tensor tensor =
                TypeProto.Tensor.newBuilder().setElemType(type(dtype).getNumber()).setShape(shape).build();
        return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(tensor)).build();
    }

    /**
     * The finished graph.
     *
     * @param result the value that becomes the output
     */
    GraphProto build(String name, ValueInfoProto input, ValueInfoProto output, String result) {
        String last = result;
        if (nodes.stream().noneMatch(node -> node.getOutput(0).equals(result))) {
            last = node("Identity", List.of(result)); // the input, or a constant, comes out as it is
        }
        GraphProto.Builder graph = GraphProto.newBuilder().setName(name).addInput(input).addOutput(output);
        for (NodeProto.Builder node : nodes) {
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals(last)) {
                    node.setInput(i, output.getName());
                }
            }
            if (node.getOutput(0).equals(last)) {
                node.setOutput(0, output.getName());
            }
            graph.addNode(node);
        }
        return graph.addAllInitializer(constants).build();
    }
}
