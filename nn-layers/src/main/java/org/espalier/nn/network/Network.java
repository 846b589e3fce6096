package org.espalier.nn.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.Layer;
import org.espalier.tensor.shape.Shape;

/**
 * A network as data: named layers in topological order, each reading earlier ones. One input, one output (the last node).
 * Immutable; it holds no weights, those live in a model. Training, counting, pruning, shrinking and drawing all read this
 * one graph.
 */
public final class Network {
    /** The name by which nodes refer to the network's input. */
    public static final String INPUT = "input";

    private final String name;
    private final Shape inputShape;
    private final List<Node> nodes;
    private final Map<String, Node> byName = new HashMap<>();

    private Network(String name, Shape inputShape, List<Node> nodes) {
        this.name = name;
        this.inputShape = inputShape;
        this.nodes = List.copyOf(nodes);
        nodes.forEach(node -> byName.put(node.name(), node));
    }

    /** Starts a network whose input samples have this shape, such as {@code [1,28,28]}. */
    public static NetworkBuilder builder(String name, Shape inputShape) {
        return new NetworkBuilder(name, inputShape);
    }

    /**
     * Puts layers together, checking every shape.
     *
     * @param layers in topological order
     * @throws IllegalArgumentException naming the layer and what it reads if something does not fit
     */
    static Network of(String name, Shape inputShape, List<Part> layers) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(INPUT, inputShape);
        List<Node> nodes = new ArrayList<>();
        for (Part part : layers) {
            if (part.name().isEmpty()) {
                throw new IllegalArgumentException("a layer of network '" + name + "' has no name");
            }
            List<Shape> in = new ArrayList<>();
            for (String from : part.inputs()) {
                Shape shape = shapes.get(from);
                if (shape == null) {
                    throw new IllegalArgumentException(
                            "layer '" + part.name() + "' reads '" + from + "', but there is no such layer before it");
                }
                in.add(shape);
            }
            if (shapes.containsKey(part.name())) {
                throw new IllegalArgumentException("two layers are called '" + part.name() + "'");
            }
            Shape out = outputShape(part, in);
            Node node = new Node(part.name(), part.label(), part.layer(), part.inputs(), in, out);
            requireWeight(node);
            nodes.add(node);
            shapes.put(part.name(), out);
        }
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("network '" + name + "' has no layers");
        }
        return new Network(name, inputShape, nodes);
    }

    private static Shape outputShape(Part part, List<Shape> in) {
        try {
            Shape out = part.layer().outputShape(in);
            part.layer().parameters(in); // they must have possible shapes, too
            return out;
        } catch (IllegalArgumentException e) {
            String sources = part.inputs().stream().map(from -> "'" + from + "'").collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    "layer '" + part.name() + "' (" + part.layer() + ") does not fit the output of " + sources
                            + " of shape " + in.stream().map(Shape::toString).collect(Collectors.joining(", ")) + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** A layer that says it runs through a weight must have one, or pruning and counting would pass it over in silence. */
    private static void requireWeight(Node node) {
        if (node.connectivity() instanceof Connectivity.Weighted w && node.weighted().isEmpty()) {
            throw new IllegalArgumentException(
                    "layer '" + node.name() + "' (" + node.layer() + ") is connected by '" + w.weight()
                            + "', which is not among its parameters");
        }
    }

    /** A layer before its shapes are known. */
    record Part(String name, String label, Layer layer, List<String> inputs) {}

    /** Name in tables and files: its name in the papers' layer list, such as {@code lenet-300-100}. */
    public String name() {
        return name;
    }

    /** Shape of one input sample. */
    public Shape inputShape() {
        return inputShape;
    }

    /** Shape of one output sample. */
    public Shape outputShape() {
        return nodes.get(nodes.size() - 1).outputShape();
    }

    /** All layers, each after those it reads. */
    public List<Node> nodes() {
        return nodes;
    }

    /**
     * A layer by name.
     *
     * @throws IllegalArgumentException if there is none, listing those there are
     */
    public Node node(String layer) {
        Node node = byName.get(layer);
        if (node == null) {
            throw new IllegalArgumentException("network '" + name + "' has no layer '" + layer + "'; it has "
                    + nodes.stream().map(Node::name).collect(Collectors.joining(", ")));
        }
        return node;
    }

    /** The layers that have weights, in order. */
    public List<Node> weightedNodes() {
        return nodes.stream().filter(node -> node.weighted().isPresent()).toList();
    }

    /** The layers that read this one. */
    public List<Node> readersOf(String layer) {
        return nodes.stream().filter(node -> node.inputs().contains(layer)).toList();
    }

    /** The same network with some layers replaced; shapes are checked anew. */
    public Network with(Map<String, Layer> replacements) {
        replacements.keySet().forEach(this::node);
        return of(name, inputShape, nodes.stream()
                .map(node -> new Part(node.name(), node.label(), replacements.getOrDefault(node.name(), node.layer()),
                        node.inputs()))
                .toList());
    }

    /** A network is equal to another if name, input and all layers are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Network network && name.equals(network.name) && inputShape.equals(network.inputShape)
                && nodes.equals(network.nodes);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }

    /** One line a layer: name, layer, output shape. */
    @Override
    public String toString() {
        return name + " " + inputShape + nodes.stream()
                .map(node -> "\n  " + node.name() + " " + node.layer() + " <- " + String.join(", ", node.inputs())
                        + " : " + node.outputShape())
                .collect(Collectors.joining());
    }
}
