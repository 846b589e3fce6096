package org.espalier.prune;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;

/** Who feeds whom, seen through layers without weights. */
final class Upstream {
    private Upstream() {}

    /** The nearest layers with weights before this one; none if only the network's input feeds it. */
    static List<Node> weighted(Network network, Node node) {
        List<Node> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(node.inputs());
        while (!open.isEmpty()) {
            String name = open.pop();
            if (!name.equals(Network.INPUT) && seen.add(name)) {
                Node before = network.node(name);
                if (hasWeights(before)) {
                    found.add(before);
                } else {
                    open.addAll(before.inputs());
                }
            }
        }
        return found;
    }

    static boolean hasWeights(Node node) {
        return node.parameters().stream().anyMatch(spec -> spec.role() == ParameterSpec.Role.WEIGHT);
    }
}
