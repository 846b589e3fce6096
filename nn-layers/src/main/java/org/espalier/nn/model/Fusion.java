package org.espalier.nn.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Set;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.ConstantMap;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.primitive.Activation;
import org.jspecify.annotations.Nullable;

/**
 * A layer with the batch norm, the residual join and the activation behind it, which prediction runs as one: the kernel
 * finishes its output while it is in a cache, where three layers would go through memory three times.
 *
 * @param first the layer, a convolution perhaps
 * @param index its place in the network
 * @param norm the batch norm, if there is one
 * @param addend the other input of the join, if there is one: a layer that was computed before
 * @param activation the last of them, or none
 * @param last whose output this is
 * @param lastReads outputs that no later layer reads
 */
record Fusion(Node first, int index, @Nullable Node norm, @Nullable String addend, Activation activation, Node last,
        Set<String> lastReads) {

    /** The network's layers in order, each in one fusion. Only layers that nobody else reads are taken in. */
    static List<Fusion> of(Network network) {
        List<Fusion> all = new ArrayList<>();
        Set<Node> taken = new HashSet<>();
        Set<String> computed = new HashSet<>(Set.of(Network.INPUT));
        for (int i = 0; i < network.nodes().size(); i++) {
            if (!taken.contains(network.nodes().get(i))) {
                Fusion fusion = from(network, i, computed, taken);
                computed.add(fusion.last.name());
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
            if (fusion.addend != null) {
                last.add(fusion.addend);
            }
            last.removeAll(read);
            read.addAll(last);
            result.addFirst(new Fusion(fusion.first, fusion.index, fusion.norm, fusion.addend, fusion.activation,
                    fusion.last, last));
        }
        return List.copyOf(result);
    }

    /**
     * @param computed whose outputs there are before the layer at {@code index} runs
     * @param taken is added to
     */
    private static Fusion from(Network network, int index, Set<String> computed, Set<Node> taken) {
        Node first = network.nodes().get(index);
        Node last = first;
        Node norm = null;
        String addend = null;
        Node next = onlyReader(network, last);
        if (next != null && BatchNormFolding.normalisation(next).isPresent()
                && first.layer().canEnd(true, false, Activation.NONE)) {
            norm = next;
            last = next;
            taken.add(last);
            next = onlyReader(network, last);
        }
        String other = next == null ? null : otherSummand(next, last.name());
        if (other != null && computed.contains(other) && first.layer().canEnd(norm != null, true, Activation.NONE)) {
            addend = other;
            last = next;
            taken.add(last);
            next = onlyReader(network, last);
        }
        Activation activation = next == null ? Activation.NONE : activation(next);
        if (next != null && activation != Activation.NONE
                && first.layer().canEnd(norm != null, addend != null, activation)) {
            taken.add(next);
            return new Fusion(first, index, norm, addend, activation, next, Set.of());
        }
        return new Fusion(first, index, norm, addend, Activation.NONE, last, Set.of());
    }

    /** What a layer that sums two inputs adds to {@code one} of them; null for all other layers. */
    private static @Nullable String otherSummand(Node node, String one) {
        if (!(node.connectivity() instanceof Connectivity.Sum) || node.inputs().size() != 2) {
            return null;
        }
        return node.inputs().get(node.inputs().get(0).equals(one) ? 1 : 0);
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

    private static @Nullable Node onlyReader(Network network, Node node) {
        List<Node> all = network.readersOf(node.name());
        return all.size() == 1 ? all.get(0) : null;
    }
}
