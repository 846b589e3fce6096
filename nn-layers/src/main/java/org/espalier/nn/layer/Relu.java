package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;

/** max(x, 0), element by element. NaN passes through. */
public record Relu() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        return Inputs.single(inputs);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return inputs.get(0).relu();
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.PerElement(List.of(), new ConstantMap.Relu());
    }
}
