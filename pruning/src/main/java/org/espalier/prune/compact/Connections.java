package org.espalier.prune.compact;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.jspecify.annotations.Nullable;

/** Which outputs of a layer with weights are connected to which inputs: there is a kept weight between them. */
final class Connections {
    private final double[] weights;
    private final double @Nullable [] bias;
    private final int inputsPerGroup;
    private final int outputsPerGroup;
    private final int taps;
    private final boolean padded;
    private final BitSet[] readers;
    private final BitSet[] sources;

    private Connections(Shape shape, WeightStorage storage, double @Nullable [] bias, Connectivity.Weighted weighted) {
        int groups = weighted.geometry().groups();
        int outputs = shape.axis(0);
        this.weights = storage.dense().toDoubles();
        this.bias = bias;
        this.inputsPerGroup = shape.axis(1);
        this.outputsPerGroup = outputs / groups;
        this.taps = shape.size() / Math.max(1, outputs * inputsPerGroup);
        this.padded = weighted.geometry().padH() > 0 || weighted.geometry().padW() > 0;
        this.readers = bitSets(inputsPerGroup * groups);
        this.sources = bitSets(outputs);
        Mask mask = storage.mask();
        for (int i = 0; i < mask.size(); i++) {
            if (mask.isKept(i)) {
                int output = i / (taps * inputsPerGroup);
                int input = output / outputsPerGroup * inputsPerGroup + i / taps % inputsPerGroup;
                readers[input].set(output);
                sources[output].set(input);
            }
        }
    }

    private static BitSet[] bitSets(int count) {
        BitSet[] sets = new BitSet[count];
        for (int i = 0; i < count; i++) {
            sets[i] = new BitSet();
        }
        return sets;
    }

    /** Of all layers that are connected through weights, by name. */
    static Map<String, Connections> of(Model model) {
        Map<String, Connections> all = new LinkedHashMap<>();
        try (var _ = model.backend().scope()) {
            for (Node node : model.network().nodes()) {
                if (Wiring.connectivity(node) instanceof Connectivity.Weighted w) {
                    String bias = w.bias();
                    all.put(node.name(), new Connections(
                            node.weighted().orElseThrow().shape(),
                            model.parameter(node.parameterName(w.weight())).storage(),
                            bias == null ? null : model.parameter(node.parameterName(bias)).value().toDoubles(),
                            w));
                }
            }
        }
        return all;
    }

    /** Outputs that an input is connected to. Not to be changed. */
    BitSet readersOf(int input) {
        return readers[input];
    }

    /** Inputs that an output is connected to. Not to be changed. */
    BitSet sourcesOf(int output) {
        return sources[output];
    }

    int outputs() {
        return sources.length;
    }

    double bias(int output) {
        return bias == null ? 0 : bias[output];
    }

    /**
     * True if a constant input can be moved into the bias. With zero padding the borders see 0 instead of the constant,
     * so only a zero can then (Han et al. 2015 do not say; exactness decides).
     */
    boolean canFold(double constant) {
        return constant == 0 || !Double.isNaN(constant) && !padded && bias != null;
    }

    /** True if a constant input gives each output position the same. */
    boolean passesConstant(double constant) {
        return constant == 0 || !padded;
    }

    /** What an input of constant 1 adds to an output, away from padding: the sum of the kernel between the two. */
    double gain(int output, int input) {
        int first = (output * inputsPerGroup + input % inputsPerGroup) * taps;
        double sum = 0;
        for (int t = 0; t < taps; t++) {
            sum += weights[first + t]; // removed ones are 0
        }
        return sum;
    }
}
