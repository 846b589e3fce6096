package org.espalier.nn.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.ConstantMap;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.primitive.Activation;
import org.jspecify.annotations.Nullable;

/**
 * A layer with the batch norm and the activation behind it, which prediction runs as one: the kernel
 * finishes its output while it is in a cache, where three layers would go through memory three times.
 *
 * @param first the layer, a convolution perhaps
 * @param index its place in the network
 * @param norm the batch norm, if there is one
 * @param activation the last of them, or none
 * @param last whose output this is
 * @param lastReads outputs that no later layer reads
 */
record Fusion(Node first, int index, @Nullable Node norm, Activation activation, Node last, Set<String> lastReads) {

    /** The network's layers in order, each in one fusion. Only layers that nobody else reads are taken in. */
    static List<Fusion> of(Network network) {
        Map<String, List<Node>> readers = new HashMap<>();
        for (Node node : network.nodes()) {
            for (String input : node.inputs()) {
                readers.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
            }
        }
        List<Fusion> all = new ArrayList<>();
        Set<Node> taken = new HashSet<>();
        for (int i = 0; i < network.nodes().size(); i++) {
            if (!taken.contains(network.nodes().get(i))) {
                Fusion fusion = from(network.nodes().get(i), i, readers);
                if (fusion.norm != null) {
                    taken.add(fusion.norm);
                }
                taken.add(fusion.last);
                all.add(fusion);
            }
        }
        return withLastReads(all);
    }

    private static List<Fusion> withLastReads(List<Fusion> all) {
        Set<String> read = new HashSet<>();
        LinkedList<Fusion> result = new LinkedList<>();
        for (Fusion fusion : all.reversed()) {
            Set<String> last = new LinkedHashSet<>(fusion.first.inputs());
            last.removeAll(read);
            read.addAll(last);
            result.addFirst(new Fusion(fusion.first, fusion.index, fusion.norm, fusion.activation, fusion.last,
                    last));
        }
        return List.copyOf(result);
    }

    private static Fusion from(Node first, int index, Map<String, List<Node>> readers) {
        Node last = first;
        Node norm = null;
        Node next = onlyReader(last, readers);
        if (next != null && BatchNormFolding.normalisation(next).isPresent()
                && first.layer().canEnd(true, Activation.NONE)) {
            norm = next;
            last = next;
            next = onlyReader(last, readers);
        }
        Activation activation = next == null ? Activation.NONE : activation(next);
        if (next != null && activation != Activation.NONE && first.layer().canEnd(norm != null, activation)) {
            return new Fusion(first, index, norm, activation, next, Set.of());
        }
        return new Fusion(first, index, norm, Activation.NONE, last, Set.of());
    }

    /** The activation that a layer says it is, or none. */
    private static Activation activation(Node node) {
        if (!(node.connectivity() instanceof Connectivity.PerElement element)) {
            return Activation.NONE;
        }
        return switch (element.map()) {
            case ConstantMap.Relu _ -> Activation.RELU;
            case ConstantMap.Clamp(double low, double high) when low == 0 && high == 6 -> Activation.RELU6;
            case ConstantMap.Clamp _,ConstantMap.Identity _,ConstantMap.Normalise _,ConstantMap.Unknown _ ->
                Activation.NONE;
        };
    }

    private static @Nullable Node onlyReader(Node node, Map<String, List<Node>> readers) {
        List<Node> all = readers.getOrDefault(node.name(), List.of());
        return all.size() == 1 ? all.get(0) : null;
    }
}
