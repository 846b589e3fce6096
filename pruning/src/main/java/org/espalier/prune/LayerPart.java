package org.espalier.prune;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;

/**
 * The two kinds of layers that Han et al. 2015, section 3.4, prune and retrain in turn, so that gradients need not find
 * their way through layers that were all disturbed at once: fully connected layers first, then convolutions.
 */
public enum LayerPart {
    /** Layers whose weight is a matrix. */
    FULLY_CONNECTED,
    /** All others with weights. */
    CONVOLUTIONAL;

    /** The axes of a matrix. */
    private static final int MATRIX = 2;

    /**
     * Of every parameter, by its full name. A layer without weights, such as a batch norm, belongs to those that feed it:
     * to the convolutions if one of them does, or none.
     */
    public static Map<String, LayerPart> of(Network network) {
        Map<String, LayerPart> parts = new LinkedHashMap<>();
        for (Node node : network.nodes()) {
            for (ParameterSpec spec : node.parameters()) {
                parts.put(node.parameterName(spec.name()), part(network, node));
            }
        }
        return parts;
    }

    private static LayerPart part(Network network, Node node) {
        List<Node> weighted = Upstream.hasWeights(node) ? List.of(node) : Upstream.weighted(network, node);
        boolean matrices = weighted.stream()
                .flatMap(each -> each.parameters().stream())
                .filter(spec -> spec.role() == ParameterSpec.Role.WEIGHT)
                .allMatch(spec -> spec.shape().rank() == MATRIX);
        return matrices && !weighted.isEmpty() ? FULLY_CONNECTED : CONVOLUTIONAL;
    }

    /** Which parameters of a network are of this part. */
    public Predicate<Parameter> parameters(Network network) {
        Map<String, LayerPart> parts = of(network);
        return parameter -> parts.get(parameter.name()) == this;
    }

    /** Whether a network has weights of this part. */
    public boolean isIn(Network network) {
        return network.nodes().stream().anyMatch(node -> Upstream.hasWeights(node) && part(network, node) == this);
    }

    /** For people, such as {@code fully connected}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
