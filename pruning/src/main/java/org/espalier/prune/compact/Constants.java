package org.espalier.prune.compact;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.ConstantMap;
import org.espalier.nn.layer.IndexMap;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.Window;

/**
 * Which channels have the same value at every position for every input, and which value: a_j = phi(b_j) behind a neuron
 * without inputs (Han et al. 2015, section 3), and whatever follows from such values alone. Evaluation mode.
 */
final class Constants {
    private final Wiring wiring;
    private final Model model;
    private final Map<String, Connections> connections;
    private final Map<String, double[]> byNode = new HashMap<>();

    private Constants(Wiring wiring, Model model, Map<String, Connections> connections) {
        this.wiring = wiring;
        this.model = model;
        this.connections = connections;
    }

    static Constants of(Wiring wiring, Model model, Map<String, Connections> connections) {
        Constants constants = new Constants(wiring, model, connections);
        constants.byNode.put(Network.INPUT, constants.varying(wiring.channels(Network.INPUT)));
        for (Node node : model.network().nodes()) {
            double[] values = constants.values(node);
            for (int c = 0; c < values.length; c++) {
                values[c] = Double.isInfinite(values[c]) ? Double.NaN : values[c]; // nothing to calculate with
            }
            constants.byNode.put(node.name(), values);
        }
        return constants;
    }

    /** The constant that a node's output channel always is; NaN if it varies. */
    double value(String node, int channel) {
        return byNode.get(node)[channel];
    }

    private double[] varying(int channels) {
        double[] values = new double[channels];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    private double[] values(Node node) {
        int channels = wiring.channels(node.name());
        return switch (Wiring.connectivity(node)) {
            case Connectivity.Weighted w -> weighted(node, channels);
            case Connectivity.PerElement p -> mapped(node, p.map());
            case Connectivity.Window w -> pooled(of(node), w.window());
            case Connectivity.Rearrange r -> rearranged(node, r.map());
            case Connectivity.Slice s -> Arrays.copyOfRange(of(node), s.start(), s.start() + s.length());
            case Connectivity.Sum s -> {
                double[] sum = new double[channels];
                for (String in : node.inputs()) {
                    for (int c = 0; c < channels; c++) {
                        sum[c] += value(in, c); // NaN if any varies
                    }
                }
                yield sum;
            }
            case Connectivity.Concat c -> node.inputs().stream()
                    .flatMapToDouble(in -> Arrays.stream(byNode.get(in)))
                    .toArray();
            case Connectivity.Opaque o -> varying(channels);
        };
    }

    /** Values of the only input. */
    private double[] of(Node node) {
        return byNode.get(node.inputs().get(0));
    }

    private double[] weighted(Node node, int outputs) {
        Connections layer = connections.get(node.name());
        double[] in = of(node);
        double[] values = new double[outputs];
        for (int o = 0; o < outputs; o++) {
            values[o] = layer.bias(o);
            BitSet sources = layer.sourcesOf(o);
            for (int i = sources.nextSetBit(0); i >= 0; i = sources.nextSetBit(i + 1)) {
                values[o] += layer.passesConstant(in[i]) ? in[i] * layer.gain(o, i) : Double.NaN;
            }
        }
        return values;
    }

    private double[] mapped(Node node, ConstantMap map) {
        double[] values = of(node).clone();
        switch (map) {
            case ConstantMap.Identity i -> {}
            case ConstantMap.Relu r -> {
                for (int c = 0; c < values.length; c++) {
                    values[c] = Math.max(values[c], 0);
                }
            }
            case ConstantMap.Clamp clamp -> {
                for (int c = 0; c < values.length; c++) {
                    values[c] = Math.min(Math.max(values[c], clamp.low()), clamp.high());
                }
            }
            case ConstantMap.Normalise n -> {
                double[] gamma = parameter(node, "weight");
                double[] beta = parameter(node, "bias");
                double[] mean = parameter(node, "running_mean");
                double[] variance = parameter(node, "running_var");
                for (int c = 0; c < values.length; c++) {
                    values[c] = gamma[c] * (values[c] - mean[c]) / Math.sqrt(variance[c] + n.epsilon()) + beta[c];
                }
            }
            case ConstantMap.Unknown u -> Arrays.fill(values, Double.NaN);
        }
        return values;
    }

    private double[] parameter(Node node, String name) {
        return model.parameter(node.parameterName(name)).value().toDoubles();
    }

    /** An average that counts padding mixes zeros in at the border; a maximum does not, but a window does not say which it is. */
    private static double[] pooled(double[] in, Window window) {
        boolean mixesZeros = window.countPadding() && (window.padH() > 0 || window.padW() > 0);
        double[] values = in.clone();
        for (int c = 0; c < values.length; c++) {
            values[c] = mixesZeros && values[c] != 0 ? Double.NaN : values[c];
        }
        return values;
    }

    private double[] rearranged(Node node, IndexMap map) {
        int plane = wiring.plane(node.name());
        int inPlane = wiring.plane(node.inputs().get(0));
        double[] in = of(node);
        double[] values = new double[wiring.channels(node.name())];
        for (int element = 0; element < map.size(); element++) {
            int source = map.source(element);
            double value = source < 0 ? 0 : in[source / inPlane];
            if (element % plane == 0) {
                values[element / plane] = value;
            } else if (values[element / plane] != value) {
                values[element / plane] = Double.NaN;
            }
        }
        return values;
    }
}
