package org.espalier.nn.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.api.Test;

/** Bytes by hand: ONNX has raw data little-endian. */
class OnnxGraphTest {
    @Test
    void constantsOfEveryType() {
        OnnxGraph graph = new OnnxGraph();
        try (Backend backend = Backends.open("reference")) {
            graph.constant("f32", Tensor.of(backend, Shape.of(1), 1f));
            graph.constant("f64", Tensor.of(backend, Shape.of(1), 1.0));
            graph.constant("i32", Tensor.of(backend, Shape.of(1), -2));
            graph.constant("u16", Tensor.of(backend, Spec.u16(3), 1, 258, 65_535));
        }
        var value = OnnxGraph.batched("x", DType.F32, Shape.of(2));
        Map<String, TensorProto> constants = graph.build("g", value, value, "f32").getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, constant -> constant));
        assertEquals(List.of(1, 11, 6, 4), List.of("f32", "f64", "i32", "u16").stream()
                .map(name -> constants.get(name).getDataType()).toList(), "TensorProto.DataType of the specification");
        assertArrayEquals(new byte[] {0, 0, (byte) 0x80, 0x3f}, raw(constants.get("f32")));
        assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f}, raw(constants.get("f64")));
        assertArrayEquals(new byte[] {-2, -1, -1, -1}, raw(constants.get("i32")));
        assertArrayEquals(new byte[] {1, 0, 2, 1, -1, -1}, raw(constants.get("u16")));
        assertEquals(List.of(3L), constants.get("u16").getDimsList());
    }

    private static byte[] raw(TensorProto constant) {
        return constant.getRawData().toByteArray();
    }
}
