package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/** Mean over windows of each plane of {@code [c,h,w]}. */
public record AveragePool2d(Window window) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        return window.outputShape(Inputs.image(inputs).prepend(1)).withoutFirst();
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return inputs.get(0).averagePool(window);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Window(window);
    }

    @Override
    public String kind() {
        return "avgpool";
    }
}
