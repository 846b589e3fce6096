package org.espalier.prune;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.prune.sparsity.Sparsity;

/**
 * Less dropout for a network with fewer connections (Han et al. 2015, eq. 2): D_r = D_o sqrt(C_r / C_o), C_o and C_r being
 * the connections of the layer that feeds the dropout, before and after pruning.
 */
public final class DropoutRescale {
    private DropoutRescale() {}

    /**
     * D_r.
     *
     * @param original D_o, the rate for the dense network
     * @param connections C_r of C_o
     */
    public static double rate(double original, Sparsity connections) {
        return original * Math.sqrt(connections.density());
    }

    /**
     * The pruned model's network with rescaled dropout. Where several layers feed a dropout through a sum, their
     * connections count together; dropout on the network's input keeps its rate.
     *
     * @param original the network before any pruning, whose rates are D_o: rescaling what was rescaled would compound
     * @throws IllegalArgumentException if the model has no layer of that name for some dropout
     */
    public static Network network(Network original, Model pruned) {
        Map<String, Layer> replaced = new LinkedHashMap<>();
        for (Node node : original.nodes()) {
            if (node.layer() instanceof Dropout dropout) {
                List<Sparsity> feeding = Upstream.weighted(original, node).stream()
                        .flatMap(feeder -> pruned.weights().stream().filter(weight -> belongsTo(weight, feeder)))
                        .map(weight -> new Sparsity(weight.storage().mask().keptCount(), weight.spec().shape().size()))
                        .toList();
                replaced.put(node.name(), new Dropout(rate(dropout.rate(), Sparsity.sum(feeding))));
            }
        }
        return pruned.network().with(replaced);
    }

    private static boolean belongsTo(Parameter weight, Node node) {
        return weight.name().equals(node.parameterName(weight.spec().name()));
    }

    /** The pruned model, sharing its weights, in the {@link #network network with rescaled dropout}. */
    public static Model model(Network original, Model pruned) {
        return pruned.withNetwork(network(original, pruned));
    }
}
