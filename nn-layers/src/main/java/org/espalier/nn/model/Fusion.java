package org.espalier.nn.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.jspecify.annotations.Nullable;

/**
 * A convolution or dense layer with the batch norm and the ReLU behind it, which prediction runs as one: the kernel
 * finishes its output while it is in a cache, where three layers would go through memory three times.
 *
 * @param first the convolution or dense layer, or any other layer, alone
 * @param index its place in the network
 * @param norm the batch norm, if there is one
 * @param relu a ReLU is the last of them
 * @param last whose output this is
 * @param lastReads outputs that no later layer reads
 */
record Fusion(Node first, int index, @Nullable Node norm, boolean relu, Node last, Set<String> lastReads) {

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
            result.addFirst(new Fusion(fusion.first, fusion.index, fusion.norm, fusion.relu, fusion.last, last));
        }
        return List.copyOf(result);
    }

    private static Fusion from(Node first, int index, Map<String, List<Node>> readers) {
        Node last = first;
        Node norm = null;
        boolean relu = false;
        if (first.layer() instanceof Conv2d && onlyReader(last, readers) instanceof Node next
                && next.layer() instanceof BatchNorm) {
            norm = next;
            last = next;
        }
        if ((first.layer() instanceof Conv2d || first.layer() instanceof Dense)
                && onlyReader(last, readers) instanceof Node next && next.layer() instanceof Relu) {
            relu = true;
            last = next;
        }
        return new Fusion(first, index, norm, relu, last, Set.of());
    }

    private static @Nullable Node onlyReader(Node node, Map<String, List<Node>> readers) {
        List<Node> all = readers.getOrDefault(node.name(), List.of());
        return all.size() == 1 ? all.get(0) : null;
    }
}
