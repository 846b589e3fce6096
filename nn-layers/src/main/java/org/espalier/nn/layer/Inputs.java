package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.shape.Shape;

/** Checks of input shapes that layers share. */
final class Inputs {
    private Inputs() {}

    static Shape single(List<Shape> inputs) {
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("expects one input, got " + inputs.size());
        }
        return inputs.get(0);
    }

    static Shape image(List<Shape> inputs) {
        Shape shape = single(inputs);
        if (shape.rank() != 3) {
            throw new IllegalArgumentException("expects one image [c,h,w]");
        }
        return shape;
    }
}
