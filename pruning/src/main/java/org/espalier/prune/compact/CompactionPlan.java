package org.espalier.prune.compact;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/** Which channels of a model go, to be looked at and then applied. */
public final class CompactionPlan {
    private final Model model;
    private final Network network;
    private final Kept kept;
    private final Map<String, double[]> folded;
    private final List<Line> lines;

    CompactionPlan(Model model, Network network, Kept kept, Map<String, double[]> folded, List<Line> lines) {
        this.model = model;
        this.network = network;
        this.kept = kept;
        this.folded = folded;
        this.lines = List.copyOf(lines);
    }

    /**
     * One layer with weights.
     *
     * @param layer its name
     * @param channels outputs it has
     * @param unread outputs that go because nothing reads them
     * @param constant outputs that go because they are always the same; their readers' biases take them over
     * @param weights positions of its weight, kept or not
     * @param weightsAfter the same in the smaller network
     * @param kept weights kept by the mask before
     */
    public record Line(String layer, int channels, int unread, int constant, long weights, long weightsAfter,
            long kept) {
        /** Outputs of the smaller layer. */
        public int channelsAfter() {
            return channels - unread - constant;
        }
    }

    /** One line a layer with weights, in the network's order. */
    public List<Line> lines() {
        return lines;
    }

    /** True if nothing goes. */
    public boolean isEmpty() {
        Wiring before = Wiring.of(model.network());
        return before.shapes().keySet().stream().allMatch(node -> kept.count(node) == before.channels(node));
    }

    /** The smaller network, under the same name. */
    public Network network() {
        return network;
    }

    /**
     * Builds the smaller model, which owns its weights. It computes what the planned model computed when the plan was
     * made, up to rounding, in evaluation mode. Weights are stored as before: masked ones masked.
     */
    public Model apply() {
        Map<String, WeightStorage> left = new HashMap<>();
        try (var _ = model.backend().scope()) {
            for (Node node : model.network().nodes()) {
                for (ParameterSpec spec : node.parameters()) {
                    Parameter from = model.parameter(node.parameterName(spec.name()));
                    left.put(from.name(), cut(node, spec, from));
                }
            }
            return Model.of(network, model.backend(), left);
        }
    }

    private WeightStorage cut(Node node, ParameterSpec spec, Parameter from) {
        List<Integer> axes = SmallerNetwork.cutAxes(node, spec.name());
        int[] positions = positions(
                spec.shape(),
                axes.contains(0) ? kept.channels(node.name()) : null,
                axes.contains(1) ? kept.channels(node.inputs().get(0)) : null);
        Shape shape = network.node(node.name()).parameters().stream()
                .filter(other -> other.name().equals(spec.name()))
                .findFirst()
                .orElseThrow()
                .shape();
        Backend backend = model.backend();
        double[] values = from.value().toDoubles();
        if (folded.containsKey(node.name()) && isBias(node, spec)) {
            double[] shift = folded.get(node.name());
            for (int o = 0; o < values.length; o++) {
                values[o] += shift[o];
            }
        }
        double[] left = new double[positions.length];
        for (int i = 0; i < positions.length; i++) {
            left[i] = values[positions[i]];
        }
        Tensor tensor = Tensor.of(backend, new Spec(from.storage().trainable().dtype(), shape), left);
        return switch (from.storage()) {
            case WeightStorage.Dense d -> new WeightStorage.Dense(tensor);
            case WeightStorage.MaskedDense m -> WeightStorage.masked(tensor, cut(m.mask(), shape, positions));
            case WeightStorage.Csr c -> WeightStorage.csr(tensor, cut(c.mask(), shape, positions));
        };
    }

    private static boolean isBias(Node node, ParameterSpec spec) {
        return node.connectivity() instanceof Connectivity.Weighted w && spec.name().equals(w.bias());
    }

    /** Flat positions of what is left of a parameter; null keeps a whole axis. */
    private static int[] positions(Shape shape, int @org.jspecify.annotations.Nullable [] outputs,
            int @org.jspecify.annotations.Nullable [] inputs) {
        BitSet left = new BitSet(shape.size());
        left.set(0, shape.size());
        int row = shape.size() / Math.max(1, shape.rank() == 0 ? 1 : shape.axis(0));
        int taps = shape.rank() < 2 ? row : row / Math.max(1, shape.axis(1));
        BitSet keptOutputs = bits(outputs);
        BitSet keptInputs = bits(inputs);
        for (int i = 0; i < shape.size(); i++) {
            if (outputs != null && !keptOutputs.get(i / row) || inputs != null && !keptInputs.get(i % row / taps)) {
                left.clear(i);
            }
        }
        return left.stream().toArray();
    }

    private static BitSet bits(int @org.jspecify.annotations.Nullable [] channels) {
        BitSet bits = new BitSet();
        for (int channel : channels == null ? new int[0] : channels) {
            bits.set(channel);
        }
        return bits;
    }

    private static Mask cut(Mask mask, Shape shape, int[] positions) {
        BitSet bits = new BitSet(positions.length);
        for (int i = 0; i < positions.length; i++) {
            bits.set(i, mask.isKept(positions[i]));
        }
        return Mask.of(shape, bits);
    }

    /** A table, one line a layer with weights. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-16s %10s %8s %8s %8s %12s %12s %12s",
                "layer", "channels", "unread", "constant", "after", "weights", "after", "kept before"));
        for (Line line : lines) {
            table.append(String.format(Locale.ROOT, "%n%-16s %10d %8d %8d %8d %12d %12d %12d", line.layer(),
                    line.channels(), line.unread(),
                    line.constant(), line.channelsAfter(), line.weights(), line.weightsAfter(), line.kept()));
        }
        return table.toString();
    }
}
