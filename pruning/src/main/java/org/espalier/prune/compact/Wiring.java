package org.espalier.prune.compact;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.Shape;

/** A network's shapes by node, the input's too, and connectivities that can be relied on. */
record Wiring(Network network, Map<String, Shape> shapes) {

    static Wiring of(Network network) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put(Network.INPUT, network.inputShape());
        network.nodes().forEach(node -> shapes.put(node.name(), node.outputShape()));
        return new Wiring(network, shapes);
    }

    /** Channels of a node's output. */
    int channels(String node) {
        return channels(shapes.get(node));
    }

    static int channels(Shape shape) {
        return shape.rank() == 0 ? 1 : shape.axis(0);
    }

    /** Elements of one channel of a node's output. */
    int plane(String node) {
        return shapes.get(node).size() / Math.max(1, channels(node));
    }

    /** What the layer says of itself; opaque where that contradicts its shapes. */
    static Connectivity connectivity(Node node) {
        Connectivity said = node.connectivity();
        int out = channels(node.outputShape());
        boolean single = node.inputs().size() == 1;
        boolean fits = switch (said) {
            case Connectivity.Weighted w ->
                single && node.weighted().isPresent() && fits(node, node.weighted().orElseThrow());
            case Connectivity.PerElement p -> single && node.outputShape().equals(node.inputShapes().get(0));
            case Connectivity.Window w -> single && channels(node.inputShapes().get(0)) == out;
            case Connectivity.Rearrange r -> single && r.map().size() == node.outputShape().size();
            case Connectivity.Sum s -> node.inputShapes().stream().allMatch(node.outputShape()::equals);
            case Connectivity.Concat c -> node.inputShapes().stream().mapToInt(Wiring::channels).sum() == out;
            case Connectivity.Slice s ->
                single && s.length() == out && s.start() + out <= channels(node.inputShapes().get(0));
            case Connectivity.Opaque o -> true;
        };
        return fits ? said : new Connectivity.Opaque();
    }

    private static boolean fits(Node node, Node.Weighted weighted) {
        Shape shape = weighted.shape();
        return shape.rank() >= 2
                && shape.axis(0) == channels(node.outputShape())
                && shape.axis(1) * weighted.connectivity().geometry().groups() == channels(node.inputShapes().get(0));
    }
}
