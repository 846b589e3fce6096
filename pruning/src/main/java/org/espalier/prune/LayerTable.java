package org.espalier.prune;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.prune.mask.Masks;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.sparse.Mask;

/**
 * The columns of tables 2 to 5 of Han et al. 2015: for each layer with weights what it has, what is kept, how active its
 * outputs are, and the share of its operations that remains.
 *
 * @param rows in the network's order
 * @param kept the total line's counts
 */
public record LayerTable(List<Row> rows, Sparsity kept) {
    public LayerTable {
        rows = List.copyOf(rows);
    }

    /**
     * One layer.
     *
     * @param layer its name
     * @param flops operations for one sample when dense, two for each multiply-accumulate
     * @param units elements of one output sample
     * @param kept weights
     * @param activity share of outputs that are not zero ("Act%"), if known
     * @param inputActivity activity of the layer before, 1 for the network's input; the mean where several layers feed it
     */
    public record Row(String layer, long flops, long units, Sparsity kept, OptionalDouble activity,
            OptionalDouble inputActivity) {
        /**
         * "FLOP%": kept weights times active inputs, as if the two were independent. Empty where the input's activity is
         * not known.
         */
        public OptionalDouble flopShare() {
            return inputActivity.isPresent()
                    ? OptionalDouble.of(kept.density() * inputActivity.getAsDouble())
                    : OptionalDouble.empty();
        }
    }

    /**
     * From a model's masks.
     *
     * @param activity share of non-zero outputs by layer, as far as known
     */
    public static LayerTable of(Model model, Map<String, Double> activity) {
        Masks masks = Masks.of(model);
        Map<String, Sparsity> kept = new LinkedHashMap<>();
        for (Node node : model.network().weightedNodes()) {
            Mask mask = masks.mask(node.weighted().orElseThrow().parameter());
            kept.put(node.name(), new Sparsity(mask.keptCount(), mask.size()));
        }
        List<Row> rows = rows(model.network(), kept, activity);
        return new LayerTable(rows, Sparsity.sum(kept.values()));
    }

    /**
     * From the kept shares that a paper prints; its total line rounds once, see {@link Sparsity#ofKeptShares}.
     *
     * @param shares kept share of each layer with weights
     * @throws IllegalArgumentException if a layer has no share
     */
    public static LayerTable ofShares(Network network, Map<String, Double> shares, Map<String, Double> activity) {
        Map<String, Sparsity> kept = new LinkedHashMap<>();
        List<Double> inOrder = new ArrayList<>();
        for (Node node : network.weightedNodes()) {
            Double share = shares.get(node.name());
            if (share == null) {
                throw new IllegalArgumentException(
                        "no kept share for layer '" + node.name() + "', only for " + shares.keySet());
            }
            inOrder.add(share);
            kept.put(node.name(), Sparsity.ofKeptShare(share, node.weighted().orElseThrow().shape().size()));
        }
        List<Long> totals = kept.values().stream().map(Sparsity::total).toList();
        return new LayerTable(rows(network, kept, activity), Sparsity.ofKeptShares(inOrder, totals));
    }

    private static List<Row> rows(Network network, Map<String, Sparsity> kept, Map<String, Double> activity) {
        List<Row> rows = new ArrayList<>();
        for (LayerCount count : LayerCount.of(network)) {
            if (kept.containsKey(count.name())) {
                rows.add(new Row(
                        count.name(),
                        2 * count.macs(),
                        count.outputElements(),
                        kept.get(count.name()),
                        known(activity.get(count.name())),
                        inputActivity(network, network.node(count.name()), activity)));
            }
        }
        return rows;
    }

    private static OptionalDouble inputActivity(Network network, Node node, Map<String, Double> activity) {
        List<Node> before = Upstream.weighted(network, node);
        if (before.isEmpty()) {
            return OptionalDouble.of(1);
        }
        boolean allKnown = before.stream().allMatch(feeder -> activity.containsKey(feeder.name()));
        return allKnown
                ? before.stream().mapToDouble(feeder -> activity.get(feeder.name())).average()
                : OptionalDouble.empty();
    }

    private static OptionalDouble known(@org.jspecify.annotations.Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** Operations of the dense network for one sample. */
    public long flops() {
        return rows.stream().mapToLong(Row::flops).sum();
    }

    /** The network's "FLOP%": the layers' shares weighted by their operations. Empty if one is not known. */
    public OptionalDouble flopShare() {
        double sum = 0;
        for (Row row : rows) {
            if (row.flopShare().isEmpty()) {
                return OptionalDouble.empty();
            }
            sum += row.flops() * row.flopShare().getAsDouble();
        }
        return OptionalDouble.of(sum / flops());
    }

    /** The network's "Act%" as table 2 has it: every unit counts once. */
    public OptionalDouble activityOverUnits() {
        double units = rows.stream().mapToLong(Row::units).sum();
        return allActive()
                ? OptionalDouble
                        .of(rows.stream().mapToDouble(row -> row.units() * row.activity().getAsDouble()).sum() / units)
                : OptionalDouble.empty();
    }

    /** The network's "Act%" as table 3 has it: every layer counts once. */
    public OptionalDouble activityOverLayers() {
        return allActive()
                ? rows.stream().mapToDouble(row -> row.activity().getAsDouble()).average()
                : OptionalDouble.empty();
    }

    private boolean allActive() {
        return rows.stream().allMatch(row -> row.activity().isPresent());
    }

    /** A table with the paper's columns, percentages with two digits, a dash where something is not known. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-12s %12s %15s %8s %9s %8s %12s",
                "layer", "weights", "FLOP", "Act%", "Weights%", "FLOP%", "kept"));
        for (Row row : rows) {
            table.append(line(row.layer(), row.kept(), row.flops(), row.activity(), row.flopShare()));
        }
        return table.append(line("total", kept, flops(), activityOverUnits(), flopShare())).toString();
    }

    private static String line(String name, Sparsity kept, long flops, OptionalDouble activity,
            OptionalDouble flopShare) {
        return String.format(Locale.ROOT, "%n%-12s %12d %15d %8s %9.2f %8s %12d", name, kept.total(), flops,
                percent(activity),
                100 * kept.density(), percent(flopShare), kept.kept());
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format(Locale.ROOT, "%.2f", 100 * share.getAsDouble()) : "-";
    }
}
