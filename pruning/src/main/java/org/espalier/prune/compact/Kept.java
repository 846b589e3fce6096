package org.espalier.prune.compact;

import java.util.BitSet;
import java.util.Map;

/** Which channels stay, by node, the network's input too. */
record Kept(Map<String, BitSet> byNode) {
    boolean isKept(String node, int channel) {
        return byNode.get(node).get(channel);
    }

    int count(String node) {
        return byNode.get(node).cardinality();
    }

    /** The numbers of the channels that stay, ascending. */
    int[] channels(String node) {
        return byNode.get(node).stream().toArray();
    }

    /** How many of the first {@code channels} stay: the new number of a channel that does. */
    int countBelow(String node, int channels) {
        return byNode.get(node).get(0, channels).cardinality();
    }
}
