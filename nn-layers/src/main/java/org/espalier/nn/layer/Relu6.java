package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;

/** min(max(x, 0), 6), element by element (Howard et al. 2017; MobileNetV2's activation). NaN passes through. */
public record Relu6() implements Layer {
    private static final double TOP = 6;

    @Override
    public Shape outputShape(List<Shape> inputs) {
        return Inputs.single(inputs);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        // of the same shape: backends compare like with like much faster than they repeat a scalar
        return x.relu().min(Tensor.full(x.backend(), x.spec(), TOP));
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.PerElement(List.of(), new ConstantMap.Clamp(0, TOP));
    }
}
