package org.espalier.nn.train;

import org.espalier.nn.network.Network;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;

/** Whether data fit a network: looked at before a kernel sees them, where a wrong label would count as no class at all. */
final class Fit {
    private Fit() {}

    /**
     * @throws IllegalArgumentException if samples have another shape than the network's input, if there are more classes
     *     than outputs, or no samples
     */
    static void require(Network network, BatchSource data) {
        Shape out = network.outputShape();
        if (!data.sampleShape().equals(network.inputShape())) {
            throw new IllegalArgumentException("network '" + network.name() + "' wants samples of shape "
                    + network.inputShape() + ", the data have " + data.sampleShape());
        }
        if (out.rank() != 1 || out.axis(0) < data.classes()) {
            throw new IllegalArgumentException(
                    "network '" + network.name() + "' has outputs " + out + ", the data have "
                            + data.classes() + " classes");
        }
        if (data.batchesPerEpoch() < 1) {
            throw new IllegalArgumentException("the data for network '" + network.name() + "' hold no samples");
        }
    }

    /**
     * @throws IllegalArgumentException if a label is not the number of one of the network's outputs
     */
    static void requireLabels(Network network, Batch batch) {
        int classes = network.outputShape().axis(0);
        for (int i = 0; i < batch.count(); i++) {
            int label = batch.labels()[i];
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("sample " + i + " of a batch has the label " + label + "; network '"
                        + network.name() + "' has outputs 0 to " + (classes - 1));
            }
        }
    }
}
