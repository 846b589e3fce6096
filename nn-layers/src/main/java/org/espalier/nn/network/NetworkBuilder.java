package org.espalier.nn.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.layer.Add;
import org.espalier.nn.layer.AveragePool2d;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.Concat;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Flatten;
import org.espalier.nn.layer.GlobalAveragePool;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.MaxPool2d;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.layer.Slice;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/**
 * Writes a network down layer by layer. Each call reads the layer before it unless it is told otherwise; layers without a
 * name are called after their kind and counted: {@code relu1}, {@code relu2}.
 *
 * <pre>{@code
 * Network lenet = Network.builder("lenet-300-100", Shape.of(1, 28, 28))
 *         .flatten().dense("fc1", 300).relu().dense("fc2", 100).relu().dense("fc3", 10).build();
 * }</pre>
 */
public final class NetworkBuilder {
    private final String name;
    private final Shape inputShape;
    private final List<Network.Part> parts = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private String last = Network.INPUT;

    NetworkBuilder(String name, Shape inputShape) {
        this.name = name;
        this.inputShape = inputShape;
    }

    /** Any layer, a user's own too, reading the named layers, or the one before if none are named. */
    public NetworkBuilder layer(String layerName, Layer layer, String... inputs) {
        parts.add(new Network.Part(layerName, layerName, layer, inputs.length == 0 ? List.of(last) : List.of(inputs)));
        last = layerName;
        return this;
    }

    /** Any layer, named after its kind. */
    public NetworkBuilder layer(Layer layer) {
        return layer(layer.kind() + counts.merge(layer.kind(), 1, Integer::sum), layer);
    }

    /** What the papers' tables call the layer just added, where that is not its name. */
    public NetworkBuilder called(String label) {
        Network.Part part = parts.removeLast();
        parts.add(new Network.Part(part.name(), label, part.layer(), part.inputs()));
        return this;
    }

    /** The name of the layer that the next one reads if it is not told otherwise. */
    public String last() {
        return last;
    }

    /** Goes on from an earlier layer: the start of a branch. */
    public NetworkBuilder from(String layerName) {
        last = layerName;
        return this;
    }

    /** Fully connected with a bias. */
    public NetworkBuilder dense(String layerName, int out) {
        return layer(layerName, new Dense(out));
    }

    /** Square convolution with a bias, stride 1, no padding. */
    public NetworkBuilder conv(String layerName, int out, int kernel) {
        return conv(layerName, out, kernel, 1, 0);
    }

    /** Square convolution with a bias. */
    public NetworkBuilder conv(String layerName, int out, int kernel, int stride, int padding) {
        return layer(layerName, new Conv2d(out, kernel, stride, padding));
    }

    public NetworkBuilder maxPool(String layerName, int kernel, int stride) {
        return layer(layerName, new MaxPool2d(Window.of(kernel, stride)));
    }

    public NetworkBuilder averagePool(String layerName, int kernel, int stride) {
        return layer(layerName, new AveragePool2d(Window.of(kernel, stride)));
    }

    public NetworkBuilder batchNorm(String layerName) {
        return layer(layerName, new BatchNorm());
    }

    public NetworkBuilder relu(String layerName) {
        return layer(layerName, new Relu());
    }

    public NetworkBuilder relu() {
        return layer(new Relu());
    }

    public NetworkBuilder dropout(double rate) {
        return layer(new Dropout(rate));
    }

    public NetworkBuilder flatten() {
        return layer(new Flatten());
    }

    /** The mean of each plane, as a vector: pooling and flattening. */
    public NetworkBuilder globalAveragePool(String layerName) {
        return layer(layerName, new GlobalAveragePool()).flatten();
    }

    /** Earlier layers one after the other along the channels. */
    public NetworkBuilder concat(String layerName, String... inputs) {
        return layer(layerName, new Concat(), inputs);
    }

    /** Channels {@code start .. start + length - 1} of an earlier layer: one part of a split. */
    public NetworkBuilder slice(String layerName, String input, int start, int length) {
        return layer(layerName, new Slice(start, length), input);
    }

    /** The sum of two earlier layers. */
    public NetworkBuilder add(String layerName, String a, String b) {
        return layer(layerName, new Add(), a, b);
    }

    /**
     * The network.
     *
     * @throws IllegalArgumentException naming both layers where shapes do not fit
     */
    public Network build() {
        return Network.of(name, inputShape, parts);
    }
}
