package org.espalier.nn.io.onnx;

import static org.espalier.nn.io.onnx.OnnxGraph.attribute;

import java.util.List;
import java.util.Optional;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.primitive.Fused;

/** The fused primitives that ONNX has operators for. */
final class FusedOperators {
    private FusedOperators() {}

    /**
     * Adds the nodes of one primitive.
     *
     * @param in names of its inputs
     * @return the name of its output; empty if it is to be lowered
     */
    static Optional<String> add(OnnxGraph graph, Fused op, Twin twin, List<String> in) {
        return switch (op) {
            case Fused.Linear l -> Optional.of(
                    rectified(graph, graph.node("Gemm", in, attribute("transB", 1)), l.relu()));
            case Fused.ConvolveBias c -> switch (c.activation()) {
                case NONE, RELU -> Optional.of(rectified(graph, CoreOperators.convolve(graph, c.geometry(), twin, in),
                        c.activation() == Activation.RELU));
                case RELU6 -> Optional.empty();
            };
            case Fused.Softmax _ -> Optional.of(graph.node("Softmax", in, attribute("axis", -1)));
            case Fused.BatchNormInference b -> Optional.of(
                    graph.node("BatchNormalization", in, attribute("epsilon", (float) b.epsilon())));
            case Fused.SparseLinear _,Fused.MaskedLinear _,Fused.SparseConvolve _,Fused.ConvolveAffine _,Fused.ReluGradient _,Fused.CrossEntropy _,Fused.CrossEntropyGradient _,Fused.BatchNorm _,Fused.BatchNormGradient _,Fused.Dropout _,Fused.SgdStep _,Extension _ ->
                Optional.empty();
        };
    }

    private static String rectified(OnnxGraph graph, String x, boolean relu) {
        return relu ? graph.node("Relu", List.of(x)) : x;
    }
}
