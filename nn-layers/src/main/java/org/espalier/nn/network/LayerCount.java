package org.espalier.nn.network;

import java.util.ArrayList;
import java.util.List;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.tensor.shape.Shape;

/**
 * What one layer costs. Read off the graph, so it works for users' layers too.
 *
 * @param name the layer
 * @param kind its kind
 * @param weights entries of kernels and matrices
 * @param biases entries of biases
 * @param scales entries of normalisations that multiply
 * @param shifts entries of normalisations that are added: those called {@code bias}, as in PyTorch
 * @param macs multiply-accumulates for one sample: each weight once for every position it is applied at
 * @param outputElements elements of one output sample
 */
public record LayerCount(String name, String kind, long weights, long biases, long scales, long shifts, long macs,
        long outputElements) {
    private static final String SHIFT = "bias";

    /** Scales and shifts of normalisations. */
    public long norm() {
        return scales + shifts;
    }

    /** Weights, biases, scales and shifts; running statistics don't count. */
    public long parameters() {
        return weights + biases + norm();
    }

    /** One row a layer, in order. */
    public static List<LayerCount> of(Network network) {
        List<LayerCount> rows = new ArrayList<>();
        for (Node node : network.nodes()) {
            rows.add(of(node));
        }
        return rows;
    }

    /** The sum of some rows. */
    public static LayerCount total(String name, List<LayerCount> rows) {
        return new LayerCount(
                name,
                "total",
                rows.stream().mapToLong(LayerCount::weights).sum(),
                rows.stream().mapToLong(LayerCount::biases).sum(),
                rows.stream().mapToLong(LayerCount::scales).sum(),
                rows.stream().mapToLong(LayerCount::shifts).sum(),
                rows.stream().mapToLong(LayerCount::macs).sum(),
                rows.stream().mapToLong(LayerCount::outputElements).sum());
    }

    private static LayerCount of(Node node) {
        long weights = 0;
        long biases = 0;
        long scales = 0;
        long shifts = 0;
        for (ParameterSpec spec : node.parameters()) {
            long size = spec.shape().size();
            switch (spec.role()) {
                case WEIGHT -> weights += size;
                case BIAS -> biases += size;
                case NORM -> {
                    scales += spec.name().equals(SHIFT) ? 0 : size;
                    shifts += spec.name().equals(SHIFT) ? size : 0;
                }
                case STATISTIC -> {} // measured, not a parameter
            }
        }
        Shape out = node.outputShape();
        long macs = node.weighted()
                .map(w -> (long) w.shape().size() * (out.size() / out.axis(0)))
                .orElse(0L);
        return new LayerCount(
                node.name(),
                node.layer().kind(),
                weights,
                biases,
                scales,
                shifts,
                macs,
                out.size());
    }
}
