package org.espalier.nn.io.onnx;

import static org.espalier.nn.io.onnx.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/** Each core primitive in ONNX's operators, of opset {@value OnnxExport#OPSET}. */
final class CoreOperators {
    private static final String HAS_NONE = "has no counterpart there";

    private CoreOperators() {}

    /**
     * Adds the nodes of one primitive.
     *
     * @param in names of its inputs
     * @return the name of its first output; no other output may be used
     * @throws IllegalArgumentException if ONNX has no word for it, naming the layer
     */
    static String add(OnnxGraph graph, Core op, Twin twin, List<String> in) {
        return switch (op) {
            case Core.Unary u -> unary(graph, u.fn(), twin, in.getFirst());
            case Core.Affine a -> affine(graph, a, twin, in.getFirst());
            case Core.Binary b -> binary(graph, b.fn(), twin, in);
            case Core.Cast c -> cast(graph, in.getFirst(), c.to());
            case Core.Reduce r -> reduce(graph, r, in.getFirst());
            case Core.ArgMax a -> cast(graph,
                    graph.node("ArgMax", in, attribute("axis", a.axis()), attribute("keepdims", 0)), DType.I32);
            case Core.Reshape _ -> reshape(graph, twin, in.getFirst());
            case Core.Permute p -> graph.node("Transpose", in, attribute("perm", p.order()));
            case Core.Expand _ -> expand(graph, twin, in.getFirst());
            case Core.Slice s -> slice(graph, s, (Core.Slice) twin.other().primitive(), twin, in.getFirst());
            case Core.Unslice u -> pad(graph, u, (Core.Unslice) twin.other().primitive(), twin, in.getFirst());
            case Core.Concat c -> graph.node("Concat", in, attribute("axis", c.axis()));
            case Core.Gather g -> gather(graph, g.axis(), twin, in);
            case Core.MatMul m -> graph.node("Gemm", in, attribute("transA", m.transposeA() ? 1 : 0),
                    attribute("transB", m.transposeB() ? 1 : 0));
            case Core.Convolve c -> convolve(graph, c.geometry(), twin, in);
            case Core.MaxPool p -> graph.node("MaxPool", in, window(p.window()));
            case Core.AveragePool p -> averagePool(graph, p.window(), twin, in);
            case Core.Fill _,Core.RandomUniform _,Core.ScatterAdd _,Core.OneHot _,Core.UnpackBits _,Core.ConvolveData _,Core.ConvolveWeight _,Core.PoolGather _,Core.PoolScatter _,Core.AveragePoolData _,Core.SparseMatMul _,Core.SampledMatMul _ ->
                throw twin.refusal(HAS_NONE);
        };
    }

    private static String unary(OnnxGraph graph, Core.Unary.Fn fn, Twin twin, String x) {
        String operator = switch (fn) {
            case NEGATE -> "Neg";
            case EXP -> "Exp";
            case LOG -> "Log";
            case SQRT -> "Sqrt";
            case RECIPROCAL -> "Reciprocal";
            case TANH -> "Tanh";
            case ABS -> "Abs";
            case SIGN -> "Sign";
            case RELU -> "Relu";
            case STEP -> "Greater";
        };
        if (fn != Core.Unary.Fn.STEP) {
            return graph.node(operator, List.of(x));
        }
        return cast(graph, graph.node(operator, List.of(x, graph.scalar(twin.dtype(), 0))), twin.dtype());
    }

    private static String affine(OnnxGraph graph, Core.Affine op, Twin twin, String x) {
        String y = x;
        if (op.scale() != 1) {
            y = graph.node("Mul", List.of(y, graph.scalar(twin.dtype(), op.scale())));
        }
        return op.shift() == 0 ? y : graph.node("Add", List.of(y, graph.scalar(twin.dtype(), op.shift())));
    }

    private static String binary(OnnxGraph graph, Core.Binary.Fn fn, Twin twin, List<String> in) {
        return switch (fn) {
            case ADD -> graph.node("Add", in);
            case SUBTRACT -> graph.node("Sub", in);
            case MULTIPLY -> graph.node("Mul", in);
            case DIVIDE -> graph.node("Div", in);
            case MAX -> graph.node("Max", in);
            case MIN -> graph.node("Min", in);
            case EQUAL -> cast(graph, graph.node("Equal", in), twin.dtype());
            case GREATER -> cast(graph, graph.node("Greater", in), twin.dtype());
        };
    }

    private static String cast(OnnxGraph graph, String x, DType to) {
        return graph.node("Cast", List.of(x), attribute("to", OnnxGraph.type(to).getNumber()));
    }

    /** The axes of a sum are an input since opset 13, those of a maximum since 18. */
    private static String reduce(OnnxGraph graph, Core.Reduce op, String x) {
        return switch (op.fn()) {
            case SUM -> graph.node("ReduceSum", List.of(x, graph.longs(op.axes())));
            case MAX -> graph.node("ReduceMax", List.of(x), attribute("axes", op.axes()));
        };
    }

    /** An axis that differs is taken from the input (0) if it is the same there, else worked out from the rest (-1). */
    private static String reshape(OnnxGraph graph, Twin twin, String x) {
        List<Integer> from = twin.input(0);
        List<Integer> to = new ArrayList<>(twin.output());
        Shape one = twin.one().inputs().getFirst().shape();
        Shape result = twin.one().outputs().getFirst().shape();
        int open = 0;
        for (int i = 0; i < to.size(); i++) {
            if (to.get(i) == -1) {
                boolean kept = i < from.size() && from.get(i) == -1 && one.axis(i) == result.axis(i);
                to.set(i, kept ? 0 : -1);
                open += kept ? 0 : 1;
            } else if (to.get(i) == 0) {
                throw twin.refusal("has an axis of length 0");
            }
        }
        if (open > 1) {
            throw twin.refusal("hangs on the batch in more than one axis");
        }
        return to.size() == 2 && to.getFirst() == 0
                ? graph.node("Flatten", List.of(x), attribute("axis", 1))
                : graph.node("Reshape", List.of(x, graph.longs(to)));
    }

    /** Axes of length 1 in the wanted shape leave the input's as they are. */
    private static String expand(OnnxGraph graph, Twin twin, String x) {
        List<Integer> from = twin.input(0);
        List<Integer> to = new ArrayList<>(twin.output());
        for (int i = 0; i < to.size(); i++) {
            int axis = i - (to.size() - from.size());
            if (to.get(i) == -1 && (axis < 0 || from.get(axis) != -1)) {
                throw twin.refusal("repeats as often as the batch is long");
            }
            to.set(i, to.get(i) == -1 ? 1 : to.get(i));
        }
        return graph.node("Expand", List.of(x, graph.longs(to)));
    }

    private static String slice(OnnxGraph graph, Core.Slice op, Core.Slice other, Twin twin, String x) {
        List<Integer> axes = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        Shape one = twin.one().inputs().getFirst().shape();
        for (int i = 0; i < op.starts().size(); i++) {
            int start = op.starts().get(i);
            int step = op.steps().get(i);
            boolean whole = start == 0 && step == 1 && op.lengths().get(i) == one.axis(i)
                    && other.lengths().get(i) == twin.other().inputs().getFirst().shape().axis(i);
            if (whole && other.starts().get(i) == 0 && other.steps().get(i) == 1) {
                continue;
            }
            if (!op.lengths().get(i).equals(other.lengths().get(i)) || start != other.starts().get(i)
                    || step != other.steps().get(i)) {
                throw twin.refusal("cuts a part whose place hangs on the batch");
            }
            axes.add(i);
            starts.add(start);
            ends.add(start + (op.lengths().get(i) - 1) * step + 1);
            steps.add(step);
        }
        return axes.isEmpty()
                ? x
                : graph.node("Slice", List.of(x, graph.longs(starts), graph.longs(ends),
                        graph.longs(axes), graph.longs(steps)));
    }

    /** Zeros around the input; between its elements ONNX has no word for them. */
    private static String pad(OnnxGraph graph, Core.Unslice op, Core.Unslice other, Twin twin, String x) {
        if (op.steps().stream().anyMatch(step -> step != 1)) {
            throw twin.refusal("with steps has no counterpart there");
        }
        List<Integer> pads = pads(op, twin.one().inputs().getFirst().shape());
        if (!pads.equals(pads(other, twin.other().inputs().getFirst().shape()))) {
            throw twin.refusal("pads as much as the batch is long");
        }
        return graph.node("Pad", List.of(x, graph.longs(pads)), mode());
    }

    /** Zeros in front of each axis, then behind each. */
    private static List<Integer> pads(Core.Unslice op, Shape input) {
        List<Integer> pads = new ArrayList<>(op.starts());
        for (int i = 0; i < input.rank(); i++) {
            pads.add(op.full().axis(i) - op.starts().get(i) - input.axis(i));
        }
        return pads;
    }

    private static AttributeProto mode() {
        return AttributeProto.newBuilder().setName("mode").setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8("constant")).build();
    }

    /** An index of -1 means zeros here and the last slice there: so the last slice is made one of zeros. */
    private static String gather(OnnxGraph graph, int axis, Twin twin, List<String> in) {
        int rank = twin.one().inputs().getFirst().shape().rank();
        int at = axis < 0 ? axis + rank : axis;
        List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * rank, 0));
        pads.set(rank + at, 1);
        String padded = graph.node("Pad", List.of(in.getFirst(), graph.longs(pads)), mode());
        return graph.node("Gather", List.of(padded, in.get(1)), attribute("axis", at));
    }

    /** @param in input, weight, and a bias where there is one */
    static String convolve(OnnxGraph graph, ConvGeometry geometry, Twin twin, List<String> in) {
        Shape weight = twin.one().inputs().get(1).shape();
        return graph.node("Conv", in,
                attribute("kernel_shape", List.of(weight.axis(2), weight.axis(3))),
                attribute("strides", List.of(geometry.strideH(), geometry.strideW())),
                attribute("pads", List.of(geometry.padH(), geometry.padW(), geometry.padH(), geometry.padW())),
                attribute("dilations", List.of(geometry.dilationH(), geometry.dilationW())),
                attribute("group", geometry.groups()));
    }

    private static AttributeProto[] window(Window window) {
        return new AttributeProto[] {
            attribute("kernel_shape", List.of(window.kernelH(), window.kernelW())),
            attribute("strides", List.of(window.strideH(), window.strideW())),
            attribute("pads", List.of(window.padH(), window.padW(), window.padH(), window.padW()))};
    }

    private static String averagePool(OnnxGraph graph, Window window, Twin twin, List<String> in) {
        Shape plane = twin.one().inputs().getFirst().shape();
        if (window.padH() == 0 && window.padW() == 0 && window.kernelH() == plane.axis(2)
                && window.kernelW() == plane.axis(3)) {
            return graph.node("GlobalAveragePool", in);
        }
        List<AttributeProto> attributes = new ArrayList<>(List.of(window(window)));
        attributes.add(attribute("count_include_pad", window.countPadding() ? 1 : 0));
        return graph.node("AveragePool", in, attributes.toArray(AttributeProto[]::new));
    }
}
