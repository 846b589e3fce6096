package org.espalier.nn.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.ConstantMap;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.NetworkBuilder;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * Makes each layer with weights and the batch norm behind it one layer with a bias, for prediction: with s = gamma /
 * sqrt(variance + epsilon) of each output channel, the weight becomes s w and the bias s (b - mean) + beta. The statistics
 * are then fixed, so such a model is not for training on.
 *
 * <p>Reads the graph alone: any layer {@link Connectivity.Weighted} that {@linkplain Layer#withBias can have a bias}, and any
 * layer that maps constants as a normalisation does. A layer whose output others read too stays as it is, and so does its norm.
 */
public final class BatchNormFolding {
    private final Model model;
    private final Map<String, Node> normOf = new HashMap<>();
    private final Set<String> norms = new HashSet<>();

    private BatchNormFolding(Model model) {
        this.model = model;
        for (Node norm : model.network().nodes()) {
            folded(norm).ifPresent(first -> {
                normOf.put(first.name(), norm);
                norms.add(norm.name());
            });
        }
    }

    /** A new model, with weights of its own, that predicts the same. */
    public static Model fold(Model model) {
        BatchNormFolding folding = new BatchNormFolding(model);
        Network network = folding.network();
        Map<String, WeightStorage> weights = new LinkedHashMap<>();
        try (Scope scope = model.backend().scope()) {
            Model copy = model.copy();
            for (Node node : network.nodes()) {
                Node norm = folding.normOf.get(node.name());
                if (norm != null) {
                    fold(copy, node, norm, weights);
                }
                node.parameters().stream()
                        .map(spec -> node.parameterName(spec.name()))
                        .forEach(name -> weights.computeIfAbsent(name, n -> copy.parameter(n).storage()));
            }
            for (String norm : folding.norms) {
                model.network().node(norm).parameters()
                        .forEach(spec -> copy.parameter(norm + "." + spec.name()).release());
            }
            return Model.of(network, model.backend(), weights);
        }
    }

    /** The layer that this norm can be folded into. */
    private Optional<Node> folded(Node norm) {
        Network network = model.network();
        String input = norm.inputs().get(0);
        if (normalisation(norm).isEmpty() || input.equals(Network.INPUT) || network.readersOf(input).size() > 1) {
            return Optional.empty();
        }
        Node first = network.node(input);
        return first.layer().withBias()
                .filter(layer -> layer.connectivity(first.inputShapes()) instanceof Connectivity.Weighted w
                        && w.bias() != null)
                .map(layer -> first);
    }

    /** What a layer says of itself if it is a batch norm. */
    static Optional<ConstantMap.Normalise> normalisation(Node node) {
        return node.connectivity() instanceof Connectivity.PerElement element
                && element.map() instanceof ConstantMap.Normalise normalise
                        ? Optional.of(normalise)
                        : Optional.empty();
    }

    /** A folded layer stands where its norm stood, so that the last layer stays the last. */
    private Network network() {
        Network network = model.network();
        NetworkBuilder builder = Network.builder(network.name(), network.inputShape());
        for (Node node : network.nodes()) {
            if (norms.contains(node.name())) {
                Node first = network.node(node.inputs().get(0));
                add(builder, first, first.layer().withBias().orElseThrow());
            } else if (!normOf.containsKey(node.name())) {
                add(builder, node, node.layer());
            }
        }
        return builder.build();
    }

    private void add(NetworkBuilder builder, Node node, Layer layer) {
        String[] inputs = node.inputs().stream()
                .map(input -> norms.contains(input) ? model.network().node(input).inputs().get(0) : input)
                .toArray(String[]::new);
        builder.layer(node.name(), layer, inputs).called(node.label());
    }

    /** @param node the layer with its bias, in the new network */
    private static void fold(Model copy, Node node, Node norm, Map<String, WeightStorage> weights) {
        double[] scale = values(copy, norm, "weight");
        double[] shift = values(copy, norm, "bias");
        double[] mean = values(copy, norm, "running_mean");
        double[] variance = values(copy, norm, "running_var");
        double epsilon = normalisation(norm).orElseThrow().epsilon();
        for (int o = 0; o < scale.length; o++) {
            scale[o] /= Math.sqrt(variance[o] + epsilon);
            shift[o] -= mean[o] * scale[o];
        }
        Node.Weighted weighted = node.weighted().orElseThrow();
        Parameter weight = copy.parameter(weighted.parameter());
        double[] values = weight.value().toDoubles();
        int row = values.length / scale.length;
        for (int i = 0; i < values.length; i++) {
            values[i] *= scale[i / row];
        }
        WeightStorage storage = weight.storage();
        Tensor scaled = Tensor.of(copy.backend(), weight.value().spec(), values);
        weight.store(storage.withWeights(scaled, storage.mask()));
        String bias = node.parameterName(Objects.requireNonNull(weighted.connectivity().bias()));
        boolean had = copy.parameters().stream().anyMatch(parameter -> parameter.name().equals(bias));
        if (had) {
            double[] old = copy.parameter(bias).value().toDoubles();
            for (int o = 0; o < old.length; o++) {
                shift[o] += old[o] * scale[o];
            }
            copy.parameter(bias).release();
        }
        Tensor shifted = Tensor.of(copy.backend(), copy.parameter(norm.parameterName("bias")).value().spec(), shift);
        weights.put(bias, new WeightStorage.Dense(shifted));
    }

    private static double[] values(Model model, Node node, String parameter) {
        return model.parameter(node.parameterName(parameter)).value().toDoubles();
    }
}
