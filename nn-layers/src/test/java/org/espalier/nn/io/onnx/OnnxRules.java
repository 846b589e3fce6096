package org.espalier.nn.io.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The rules of ONNX's checker (onnx/checker.cc) that hang on the graph alone. */
final class OnnxRules {
    private static final Map<Integer, Integer> BYTES = Map.of(
            TensorProto.DataType.FLOAT.getNumber(), 4,
            TensorProto.DataType.DOUBLE.getNumber(), 8,
            TensorProto.DataType.INT32.getNumber(), 4,
            TensorProto.DataType.INT64.getNumber(), 8);

    private OnnxRules() {}

    static void check(ModelProto model) {
        assertEquals(8, model.getIrVersion(), "the format's version");
        assertEquals(1, model.getOpsetImportCount());
        assertEquals("", model.getOpsetImport(0).getDomain());
        assertEquals(OnnxExport.OPSET, model.getOpsetImport(0).getVersion());
        check(model.getGraph());
    }

    private static void check(GraphProto graph) {
        assertTrue(!graph.getName().isEmpty(), "the graph has no name");
        Set<String> values = new HashSet<>();
        for (ValueInfoProto input : graph.getInputList()) {
            assertTyped(input);
            assertTrue(values.add(input.getName()), "two values called " + input.getName());
        }
        for (TensorProto constant : graph.getInitializerList()) {
            assertTrue(values.add(constant.getName()), "two values called " + constant.getName());
            long elements = constant.getDimsList().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
            assertEquals(elements * BYTES.get(constant.getDataType()), constant.getRawData().size(),
                    constant.getName());
        }
        Set<String> nodes = new HashSet<>();
        Set<String> used = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            assertTrue(nodes.add(node.getName()), "two nodes called " + node.getName());
            assertTrue(!node.getOpType().isEmpty(), node.getName() + " has no operator");
            for (String input : node.getInputList()) {
                assertTrue(values.contains(input), node.getName() + " reads " + input + ", which is not there yet");
                used.add(input);
            }
            for (String output : node.getOutputList()) {
                assertTrue(!output.isEmpty() && values.add(output), "two values called '" + output + "'");
            }
            Set<String> attributes = new HashSet<>();
            for (AttributeProto attribute : node.getAttributeList()) {
                assertTrue(attributes.add(attribute.getName()), node.getName() + ": " + attribute.getName() + " twice");
                assertTrue(attribute.getType() != AttributeProto.AttributeType.UNDEFINED, attribute.getName());
            }
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            assertTyped(output);
            assertTrue(values.contains(output.getName()), "no node gives " + output.getName());
        }
        for (TensorProto constant : graph.getInitializerList()) {
            assertTrue(used.contains(constant.getName()), "nobody reads " + constant.getName());
        }
    }

    private static void assertTyped(ValueInfoProto value) {
        assertTrue(value.getType().getTensorType().getElemType() != 0, value.getName() + " has no element type");
        assertTrue(value.getType().getTensorType().getShape().getDimCount() > 0, value.getName() + " has no shape");
        assertEquals("batch", value.getType().getTensorType().getShape().getDim(0).getDimParam());
    }
}
