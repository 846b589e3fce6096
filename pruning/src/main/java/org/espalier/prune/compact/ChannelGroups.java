package org.espalier.prune.compact;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;

/**
 * Channels of all nodes, joined where they can only go together. A group that holds a channel of the network's input or
 * output, of an opaque layer or of a grouped convolution is pinned: it stays.
 */
final class ChannelGroups {
    private final Wiring wiring;
    private final Map<String, Integer> firstId = new HashMap<>();
    private final int[] parent;
    private final BitSet pinned = new BitSet();

    private ChannelGroups(Wiring wiring) {
        this.wiring = wiring;
        int ids = 0;
        for (String node : wiring.shapes().keySet()) {
            firstId.put(node, ids);
            ids += wiring.channels(node);
        }
        parent = new int[ids];
        for (int i = 0; i < ids; i++) {
            parent[i] = i;
        }
    }

    /** @param pinnedNodes nodes around which nothing may go, besides those that are pinned anyway */
    static ChannelGroups of(Wiring wiring, Set<String> pinnedNodes) {
        ChannelGroups groups = new ChannelGroups(wiring);
        groups.pin(Network.INPUT);
        for (Node node : wiring.network().nodes()) {
            groups.join(node);
            if (pinnedNodes.contains(node.name())) {
                groups.pinAround(node);
            }
        }
        groups.pin(wiring.network().nodes().getLast().name());
        return groups;
    }

    /** The group of a node's output channel, named by one of its ids. */
    int group(String node, int channel) {
        return root(firstId.get(node) + channel);
    }

    boolean isPinned(int group) {
        return pinned.get(group);
    }

    private int root(int id) {
        int at = id;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    private void join(String a, int channelA, String b, int channelB) {
        int rootA = group(a, channelA);
        int rootB = group(b, channelB);
        if (rootA != rootB) {
            int first = Math.min(rootA, rootB); // groups keep the order of their first channels
            int second = Math.max(rootA, rootB);
            parent[second] = first;
            if (pinned.get(second)) {
                pinned.set(first);
            }
        }
    }

    private void pin(String node) {
        for (int c = 0; c < wiring.channels(node); c++) {
            pinned.set(group(node, c));
        }
    }

    private void pinAround(Node node) {
        pin(node.name());
        node.inputs().forEach(this::pin);
    }

    private void join(Node node) {
        String out = node.name();
        int channels = wiring.channels(out);
        switch (Wiring.connectivity(node)) {
            case Connectivity.Weighted w -> {
                if (w.geometry().groups() > 1) {
                    pinAround(node);
                } else if (node.layer().withOutputs(channels).isEmpty()) {
                    pin(out);
                }
            }
            case Connectivity.PerElement p -> joinAll(node.inputs().get(0), 0, out, 0, channels);
            case Connectivity.Window w -> joinAll(node.inputs().get(0), 0, out, 0, channels);
            case Connectivity.Sum s -> node.inputs().forEach(in -> joinAll(in, 0, out, 0, channels));
            case Connectivity.Slice s -> joinAll(node.inputs().get(0), s.start(), out, 0, channels);
            case Connectivity.Concat c -> {
                int at = 0;
                for (String in : node.inputs()) {
                    joinAll(in, 0, out, at, wiring.channels(in));
                    at += wiring.channels(in);
                }
            }
            case Connectivity.Rearrange r -> {
                String in = node.inputs().get(0);
                for (int element = 0; element < r.map().size(); element++) {
                    int source = r.map().source(element);
                    if (source >= 0) {
                        join(in, source / wiring.plane(in), out, element / wiring.plane(out));
                    }
                }
            }
            case Connectivity.Opaque o -> pinAround(node);
        }
    }

    private void joinAll(String in, int inStart, String out, int outStart, int channels) {
        for (int c = 0; c < channels; c++) {
            join(in, inStart + c, out, outStart + c);
        }
    }
}
