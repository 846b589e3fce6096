package org.espalier.nn.network;

import java.util.List;
import java.util.Optional;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.tensor.shape.Shape;

/**
 * A named layer in its place.
 *
 * @param name unique in the network; where PyTorch has the network too, the name that its state dict knows
 * @param label what the tables of the papers call it; the name where they have no other
 * @param layer what it does
 * @param inputs names of the nodes it reads, {@link Network#INPUT} being the network's input
 * @param inputShapes shapes of one sample of each input
 * @param outputShape shape of one sample of the output
 */
public record Node(String name, String label, Layer layer, List<String> inputs, List<Shape> inputShapes,
        Shape outputShape) {
    public Node {
        inputs = List.copyOf(inputs);
        inputShapes = List.copyOf(inputShapes);
    }

    /** How the outputs hang on the inputs. */
    public Connectivity connectivity() {
        return layer.connectivity(inputShapes);
    }

    /** The parameters of this layer, by short name. */
    public List<ParameterSpec> parameters() {
        return layer.parameters(inputShapes);
    }

    /** Full name of a parameter: {@code <layer>.<short name>}. */
    public String parameterName(String shortName) {
        return name + "." + shortName;
    }

    /** The connectivity and the weight it runs through, for layers that have one. */
    public Optional<Weighted> weighted() {
        if (connectivity() instanceof Connectivity.Weighted w) {
            for (ParameterSpec spec : parameters()) {
                if (spec.name().equals(w.weight())) {
                    return Optional.of(new Weighted(parameterName(w.weight()), spec.shape(), w));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * A weight of the network.
     *
     * @param parameter full name
     * @param shape OI or OIHW
     * @param connectivity how it is used
     */
    public record Weighted(String parameter, Shape shape, Connectivity.Weighted connectivity) {}
}
