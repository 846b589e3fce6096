package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.experiments.synthetic.LayerStorage;
import org.espalier.experiments.timing.TimedNetwork;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Networks;
import org.espalier.nn.network.Node;
import org.espalier.prune.Han2015;
import org.espalier.prune.LayerTable;
import org.espalier.prune.PruningMethod;

/**
 * A network at full size with the shares that the paper keeps: what can be known of it without a single weight.
 *
 * @param name as {@link Networks} knows it
 * @param method that prunes it to the paper's shares
 * @param paper its table, layer by layer
 */
record HanNetwork(String name, PruningMethod method, HanPaper.Layers paper) {
    static final HanNetwork LENET_300_100 =
            new HanNetwork("lenet-300-100", Han2015.LENET_300_100, HanPaper.TABLE_2);
    static final HanNetwork LENET_5 = new HanNetwork("lenet-5-caffe", Han2015.LENET_5, HanPaper.TABLE_3);
    static final HanNetwork ALEXNET = new HanNetwork("alexnet", Han2015.ALEXNET, HanPaper.TABLE_4);
    static final HanNetwork VGG_16 = new HanNetwork("vgg-16-imagenet", Han2015.VGG_16, HanPaper.TABLE_5);

    /** The layers with weights, in order: those of the paper's lines but the total. */
    List<Node> nodes() {
        return Networks.named(name).weightedNodes();
    }

    /** Counts by the paper's shares, with its activity. */
    LayerTable table() {
        Map<String, Double> activity = new HashMap<>();
        List<Node> nodes = nodes();
        for (int i = 0; i < nodes.size(); i++) {
            activity.put(nodes.get(i).name(), paper.lines().get(i).activation() / 100.0);
        }
        return LayerTable.ofShares(Networks.named(name), HanResults.shares(method), activity);
    }

    /** "FLOP%" by the share as printed: the kept weights are a whole number, and so a little off from it. */
    double flopShare(LayerTable.Row row) {
        return HanResults.shares(method).getOrDefault(row.layer(), 1.0) * row.inputActivity().orElseThrow();
    }

    /** Entries of biases, which pruning leaves alone. */
    long biases() {
        return LayerCount.total("", LayerCount.of(Networks.named(name))).biases();
    }

    /** Bytes of each layer, its kept weights at random places. */
    List<LayerStorage> storage(long seed) {
        List<LayerTable.Row> rows = table().rows();
        List<LayerStorage> layers = new ArrayList<>();
        for (Node node : nodes()) {
            layers.add(LayerStorage.of(node, rows.get(layers.size()).kept(), seed, layers.size()));
        }
        return layers;
    }

    /** The same for timing. */
    TimedNetwork timed() {
        return new TimedNetwork(name, HanResults.shares(method));
    }
}
