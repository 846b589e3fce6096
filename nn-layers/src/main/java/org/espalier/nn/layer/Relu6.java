package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.shape.Shape;

/** min(max(x, 0), 6), element by element (Howard et al. 2017; MobileNetV2's activation). NaN passes through. */
public record Relu6() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        return Inputs.single(inputs);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return inputs.get(0).activated(Activation.RELU6);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.PerElement(List.of(), new ConstantMap.Clamp(0, 6));
    }
}
