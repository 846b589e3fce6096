package org.espalier.prune;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.model.ForwardPass;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * How active a model's layers are on data.
 *
 * @param layers one entry a layer with weights, in the network's order
 */
public record Activity(List<Layer> layers) {
    public Activity {
        layers = List.copyOf(layers);
    }

    /**
     * One layer.
     *
     * @param name the layer
     * @param nonZero share of its outputs that are not zero, behind activations and before pooling
     * @param pairs multiply-accumulates with a kept weight and a non-zero input, as a share of the dense layer's; the
     *     truth that "FLOP%" estimates
     */
    public record Layer(String name, double nonZero, double pairs) {}

    /** Share of non-zero outputs by layer, for {@link LayerTable}. */
    public Map<String, Double> nonZero() {
        return layers.stream().collect(Collectors.toMap(Layer::name, Layer::nonZero, (a, b) -> a, LinkedHashMap::new));
    }

    /** Runs one epoch of batches through the model in evaluation mode. */
    public static Activity measure(Model model, BatchSource source) {
        List<Node> nodes = model.network().weightedNodes();
        double[] outputs = new double[nodes.size()];
        double[] pairs = new double[nodes.size()];
        long samples = 0;
        try (var cursor = source.open(0, 0)) {
            for (Batch batch = cursor.next(); batch != null; batch = cursor.next()) {
                samples += batch.count();
                try (var _ = model.backend().scope()) {
                    ForwardPass pass = model.evaluation();
                    pass.run(Tensor.of(model.backend(), batch.shape(), batch.inputs()));
                    for (int i = 0; i < nodes.size(); i++) {
                        outputs[i] += sum(nonZeros(pass.output(activated(model.network(), nodes.get(i)))));
                        pairs[i] += pairs(model, nodes.get(i), pass.output(nodes.get(i).inputs().get(0)));
                    }
                }
            }
        }
        Map<String, LayerCount> counts =
                LayerCount.of(model.network()).stream().collect(Collectors.toMap(LayerCount::name, count -> count));
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            LayerCount count = counts.get(nodes.get(i).name());
            layers.add(new Layer(
                    count.name(),
                    outputs[i] / Math.max(1, samples * count.outputElements()),
                    pairs[i] / Math.max(1, samples * count.macs())));
        }
        return new Activity(layers);
    }

    /** The last of the elementwise layers that follow a layer one after the other. */
    private static String activated(Network network, Node node) {
        String at = node.name();
        while (true) {
            List<Node> readers = network.readersOf(at);
            if (readers.size() != 1 || !(readers.get(0).connectivity() instanceof Connectivity.PerElement)) {
                return at;
            }
            at = readers.get(0).name();
        }
    }

    /** 1 where an element is not zero. */
    private static Tensor nonZeros(Tensor x) {
        return x.equal(Tensor.zeros(x.backend(), x.spec())).affine(-1, 1);
    }

    private static double sum(Tensor x) {
        double sum = 0;
        for (double value : x.toDoubles()) {
            sum += value;
        }
        return sum;
    }

    /** Counts by running ones and zeros through the layer's own product. */
    private static double pairs(Model model, Node node, Tensor input) {
        Node.Weighted weighted = node.weighted().orElseThrow();
        Mask mask = model.parameter(weighted.parameter()).storage().mask();
        Tensor kept = Tensor.of(model.backend(), new Spec(input.dtype(), weighted.shape()), mask.toDoubles());
        WeightStorage ones = new WeightStorage.Dense(kept);
        Tensor active = nonZeros(input);
        return sum(weighted.shape().rank() == 2
                ? ones.multiply(active, null)
                : ones.convolve(active, weighted.connectivity().geometry(), null));
    }
}
