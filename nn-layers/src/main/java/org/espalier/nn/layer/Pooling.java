package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/** What the kinds of pooling share: a window slides over each plane of {@code [c,h,w]}. */
sealed interface Pooling extends Layer permits MaxPool2d, AveragePool2d {
    Window window();

    @Override
    default Shape outputShape(List<Shape> inputs) {
        return window().outputShape(Inputs.image(inputs).prepend(1)).withoutFirst();
    }

    @Override
    default Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Window(window());
    }
}
