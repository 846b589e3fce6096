package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/** The mean of each plane: {@code [c,h,w]} to {@code [c,1,1]}, whatever h and w. */
public record GlobalAveragePool() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        Shape shape = Inputs.image(inputs);
        return window(shape).outputShape(shape.prepend(1)).withoutFirst();
    }

    private static Window window(Shape image) {
        if (image.axis(1) < 1 || image.axis(2) < 1) {
            throw new IllegalArgumentException("expects planes with elements");
        }
        return new Window(image.axis(1), image.axis(2), image.axis(1), image.axis(2), 0, 0, true);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return inputs.get(0).averagePool(window(inputs.get(0).shape().withoutFirst()));
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Window(window(inputs.get(0)));
    }

    @Override
    public String kind() {
        return "gap";
    }
}
