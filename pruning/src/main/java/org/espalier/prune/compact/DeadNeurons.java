package org.espalier.prune.compact;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Node;

/**
 * Finds neurons and channels that can go without changing what the network computes (Han et al. 2015, section 3):
 *
 * <ul>
 *   <li>unread: no kept weight leads on from it to anything that stays;
 *   <li>constant: no kept weight leads to it from anything that varies, so its output a_j is always the same. Each reader k
 *       gets w_kj a_j added to its bias. Where that is not exact (a padded convolution sees 0 at its borders, a layer may
 *       have no bias) the neuron stays, unless a_j is 0.
 * </ul>
 *
 * Removing one can make another removable; the search goes on until nothing changes. At a residual sum a channel goes only
 * if it can go in all summands. Each layer keeps at least one channel; the network's input and output keep all, and so
 * do opaque layers and grouped convolutions with what is around them.
 */
public final class DeadNeurons {
    private final Wiring wiring;
    private final ChannelGroups groups;
    private final Map<String, Connections> connections;
    private final Constants constants;
    private final Map<Integer, List<Reading>> readings = new HashMap<>();
    private final Map<Integer, Map<String, Integer>> members = new LinkedHashMap<>();
    private final Map<String, Integer> remaining = new HashMap<>();
    private final BitSet removed = new BitSet();
    private final BitSet constantGroups = new BitSet();

    /** An input channel of a layer with weights. */
    private record Reading(String layer, String source, int channel) {}

    private DeadNeurons(Wiring wiring, ChannelGroups groups, Map<String, Connections> connections,
            Constants constants) {
        this.wiring = wiring;
        this.groups = groups;
        this.connections = connections;
        this.constants = constants;
        for (String node : wiring.shapes().keySet()) {
            remaining.put(node, wiring.channels(node));
            for (int c = 0; c < wiring.channels(node); c++) {
                members.computeIfAbsent(groups.group(node, c), g -> new HashMap<>()).merge(node, 1, Integer::sum);
            }
        }
        connections.forEach((layer, connection) -> {
            String source = wiring.network().node(layer).inputs().get(0);
            for (int c = 0; c < wiring.channels(source); c++) {
                readings.computeIfAbsent(groups.group(source, c), g -> new ArrayList<>())
                        .add(new Reading(layer, source, c));
            }
        });
    }

    /**
     * What can go from a model. The model stays as it is; {@link CompactionPlan#apply} builds the smaller one.
     */
    public static CompactionPlan plan(Model model) {
        Wiring wiring = Wiring.of(model.network());
        Map<String, Connections> connections = Connections.of(model);
        Constants constants = Constants.of(wiring, model, connections);
        Set<String> pinned = new LinkedHashSet<>();
        while (true) {
            DeadNeurons search = new DeadNeurons(wiring, ChannelGroups.of(wiring, pinned), connections, constants);
            search.run();
            Kept kept = search.kept();
            Optional<String> misfit = SmallerNetwork.firstMisfit(wiring, kept);
            if (misfit.isEmpty()) {
                return search.plan(model, kept);
            }
            // a layer that does not follow its inputs or cannot be made smaller: leave it and what is around it alone
            if (!pinned.add(misfit.get())) {
                throw new IllegalStateException(
                        "layer '" + misfit.get() + "' changes its shapes though its inputs do not");
            }
        }
    }

    private void run() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int group : members.keySet()) {
                if (!removed.get(group) && !groups.isPinned(group) && canGo(group) && !emptiesALayer(group)) {
                    remove(group);
                    changed = true;
                }
            }
        }
    }

    private boolean canGo(int group) {
        return readings.getOrDefault(group, List.of()).stream()
                .allMatch(reading -> isUnread(reading) || canFold(reading));
    }

    private boolean isUnread(Reading reading) {
        BitSet readers = connections.get(reading.layer()).readersOf(reading.channel());
        for (int o = readers.nextSetBit(0); o >= 0; o = readers.nextSetBit(o + 1)) {
            if (!removed.get(groups.group(reading.layer(), o))) {
                return false;
            }
        }
        return true;
    }

    private boolean canFold(Reading reading) {
        return connections.get(reading.layer()).canFold(constants.value(reading.source(), reading.channel()));
    }

    private boolean emptiesALayer(int group) {
        return members.get(group).entrySet().stream()
                .anyMatch(member -> remaining.get(member.getKey()) <= member.getValue());
    }

    private void remove(int group) {
        removed.set(group);
        if (!readings.getOrDefault(group, List.of()).stream().allMatch(this::isUnread)) {
            constantGroups.set(group);
        }
        members.get(group).forEach((node, count) -> remaining.merge(node, -count, Integer::sum));
    }

    private Kept kept() {
        Map<String, BitSet> byNode = new LinkedHashMap<>();
        for (String node : wiring.shapes().keySet()) {
            BitSet channels = new BitSet();
            for (int c = 0; c < wiring.channels(node); c++) {
                channels.set(c, !removed.get(groups.group(node, c)));
            }
            byNode.put(node, channels);
        }
        return new Kept(byNode);
    }

    private CompactionPlan plan(Model model, Kept kept) {
        Map<String, double[]> folded = new LinkedHashMap<>();
        connections.forEach((layer, connection) -> {
            double[] shift = folded(layer, connection, kept);
            for (double value : shift) {
                if (value != 0) {
                    folded.put(layer, shift);
                }
            }
        });
        List<CompactionPlan.Line> lines = new ArrayList<>();
        for (String layer : connections.keySet()) {
            lines.add(line(model, layer, kept));
        }
        return new CompactionPlan(model, SmallerNetwork.build(wiring, kept), kept, folded, lines);
    }

    /** What the removed constants among a layer's inputs gave to each of its outputs. */
    private double[] folded(String layer, Connections connection, Kept kept) {
        String source = wiring.network().node(layer).inputs().get(0);
        double[] shift = new double[connection.outputs()];
        for (int o = 0; o < shift.length; o++) {
            BitSet sources = connection.sourcesOf(o);
            for (int i = sources.nextSetBit(0); kept.isKept(layer, o) && i >= 0; i = sources.nextSetBit(i + 1)) {
                if (!kept.isKept(source, i)) {
                    shift[o] += constants.value(source, i) * connection.gain(o, i);
                }
            }
        }
        return shift;
    }

    private CompactionPlan.Line line(Model model, String layer, Kept kept) {
        int constant = 0;
        int unread = 0;
        for (int c = 0; c < wiring.channels(layer); c++) {
            if (!kept.isKept(layer, c)) {
                constant += constantGroups.get(groups.group(layer, c)) ? 1 : 0;
                unread += constantGroups.get(groups.group(layer, c)) ? 0 : 1;
            }
        }
        Node node = wiring.network().node(layer);
        Node.Weighted weighted = node.weighted().orElseThrow();
        int inputs = weighted.connectivity().geometry().groups() > 1
                ? weighted.shape().axis(1)
                : kept.count(node.inputs().get(0));
        long after = (long) kept.count(layer) * inputs
                * (weighted.shape().size() / Math.max(1, weighted.shape().axis(0) * weighted.shape().axis(1)));
        return new CompactionPlan.Line(
                layer, wiring.channels(layer), unread, constant, weighted.shape().size(), after,
                model.parameter(weighted.parameter()).storage().mask().keptCount());
    }
}
