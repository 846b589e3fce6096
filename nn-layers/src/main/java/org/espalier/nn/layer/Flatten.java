package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;

/** {@code [c,h,w]} to {@code [c h w]}, channel-major. */
public record Flatten() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        return Shape.of(Inputs.single(inputs).size());
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Shape shape = inputs.get(0).shape();
        return inputs.get(0).reshape(shape.axis(0), shape.withoutFirst().size());
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Rearrange(IndexMap.identity(inputs.get(0).size()));
    }
}
