package org.espalier.prune.compact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.IndexMap;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.Shape;

/**
 * A network with fewer channels. Layers with weights are asked for a smaller self; all others must follow their inputs by
 * themselves, and whether they do is checked, not trusted.
 */
final class SmallerNetwork {
    private final Wiring wiring;
    private final Kept kept;

    private SmallerNetwork(Wiring wiring, Kept kept) {
        this.wiring = wiring;
        this.kept = kept;
    }

    static Network build(Wiring wiring, Kept kept) {
        SmallerNetwork smaller = new SmallerNetwork(wiring, kept);
        Map<String, Layer> replaced = new LinkedHashMap<>();
        for (Node node : wiring.network().nodes()) {
            Layer layer = smaller.layer(node).orElseThrow();
            if (!layer.equals(node.layer())) {
                replaced.put(node.name(), layer);
            }
        }
        return wiring.network().with(replaced);
    }

    /** The first layer whose smaller self would not have the shapes, parameters and connections that it should. */
    static Optional<String> firstMisfit(Wiring wiring, Kept kept) {
        SmallerNetwork smaller = new SmallerNetwork(wiring, kept);
        return wiring.network().nodes().stream()
                .filter(node -> !smaller.fits(node))
                .map(Node::name)
                .findFirst();
    }

    /** The shape of a node's output with the kept channels only. */
    private Shape shape(String node) {
        Shape shape = wiring.shapes().get(node);
        return shape.rank() == 0 ? shape : shape.withAxis(0, kept.count(node));
    }

    private Optional<Layer> layer(Node node) {
        boolean cut = kept.count(node.name()) < wiring.channels(node.name());
        return cut && Wiring.connectivity(node) instanceof Connectivity.Weighted
                ? node.layer().withOutputs(kept.count(node.name()))
                : Optional.of(node.layer());
    }

    private boolean fits(Node node) {
        Optional<Layer> layer = layer(node);
        if (layer.isEmpty()) {
            return false;
        }
        List<Shape> in = node.inputs().stream().map(this::shape).toList();
        boolean cut = !shape(node.name()).equals(node.outputShape());
        if (!cut && in.equals(node.inputShapes())) {
            return true; // nothing changes here
        }
        try {
            return layer.get().outputShape(in).equals(shape(node.name()))
                    && parameters(node).equals(shapes(layer.get().parameters(in)))
                    && connects(node, layer.get().connectivity(in));
        } catch (IllegalArgumentException e) { // how a layer says that it does not accept such inputs
            return false;
        }
    }

    private static Map<String, Shape> shapes(List<ParameterSpec> specs) {
        Map<String, Shape> shapes = new HashMap<>();
        specs.forEach(spec -> shapes.put(spec.name(), spec.shape()));
        return shapes;
    }

    private Map<String, Shape> parameters(Node node) {
        Map<String, Shape> shapes = new HashMap<>();
        for (ParameterSpec spec : node.parameters()) {
            List<Integer> axes = cutAxes(node, spec.name());
            Shape shape = spec.shape();
            for (int axis : axes) {
                shape = shape.withAxis(axis, axis == 0 ? kept.count(node.name()) : kept.count(node.inputs().get(0)));
            }
            shapes.put(spec.name(), shape);
        }
        return shapes;
    }

    /** Along which axes a parameter goes with the channels: 0 with the node's outputs, 1 with its inputs. */
    static List<Integer> cutAxes(Node node, String parameter) {
        return switch (Wiring.connectivity(node)) {
            case Connectivity.Weighted w when w.geometry().groups() > 1 -> List.of(); // pinned
            case Connectivity.Weighted w when parameter.equals(w.weight()) -> List.of(0, 1);
            case Connectivity.Weighted w when parameter.equals(w.bias()) -> List.of(0);
            case Connectivity.PerElement p when p.perChannelParameters().contains(parameter) -> List.of(0);
            case Connectivity.Weighted w -> List.of();
            case Connectivity.PerElement p -> List.of();
            case Connectivity.Window w -> List.of();
            case Connectivity.Rearrange r -> List.of();
            case Connectivity.Sum s -> List.of();
            case Connectivity.Concat c -> List.of();
            case Connectivity.Slice s -> List.of();
            case Connectivity.Opaque o -> List.of();
        };
    }

    private boolean connects(Node node, Connectivity now) {
        return switch (Wiring.connectivity(node)) {
            case Connectivity.Rearrange r ->
                now instanceof Connectivity.Rearrange moved && elements(moved.map()).equals(expected(node, r.map()));
            case Connectivity.Slice s -> {
                String in = node.inputs().get(0);
                yield now.equals(new Connectivity.Slice(kept.countBelow(in, s.start()), kept.count(node.name())));
            }
            case Connectivity.Weighted w -> now.equals(w);
            case Connectivity.PerElement p -> now.equals(p);
            case Connectivity.Window w -> now.equals(w);
            case Connectivity.Sum s -> now.equals(s);
            case Connectivity.Concat c -> now.equals(c);
            case Connectivity.Opaque o -> false;
        };
    }

    private static List<Integer> elements(IndexMap map) {
        List<Integer> sources = new ArrayList<>();
        for (int i = 0; i < map.size(); i++) {
            sources.add(map.source(i));
        }
        return sources;
    }

    /** Where the kept elements should come from, by their new numbers. */
    private List<Integer> expected(Node node, IndexMap map) {
        String in = node.inputs().get(0);
        int plane = wiring.plane(node.name());
        int inPlane = wiring.plane(in);
        List<Integer> sources = new ArrayList<>();
        for (int channel : kept.channels(node.name())) {
            for (int element = channel * plane; element < (channel + 1) * plane; element++) {
                int source = map.source(element);
                sources.add(source < 0 ? -1 : kept.countBelow(in, source / inPlane) * inPlane + source % inPlane);
            }
        }
        return sources;
    }
}
