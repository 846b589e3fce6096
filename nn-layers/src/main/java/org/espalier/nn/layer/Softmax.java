package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;

/** Shares that sum to 1: exp(x) over the sum of exp(x) of a vector {@code [n]}. For networks that end in probabilities. */
public record Softmax() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        Shape shape = Inputs.single(inputs);
        if (shape.rank() != 1) {
            throw new IllegalArgumentException("expects one vector [n]; flatten images first");
        }
        return shape;
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return Tensor.apply(new Fused.Softmax(), inputs.get(0)).get(0);
    }

    /** Opaque: every output hangs on every input, without a weight. */
    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Opaque();
    }
}
