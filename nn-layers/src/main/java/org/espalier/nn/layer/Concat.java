package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;

/** Two or more inputs one after the other along the channels: {@code [c,h,w]} with equal h and w, or {@code [n]}. */
public record Concat() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        if (inputs.size() < 2 || inputs.get(0).rank() == 0
                || inputs.stream().anyMatch(shape -> shape.rank() != inputs.get(0).rank()
                        || !shape.withAxis(0, 1).equals(inputs.get(0).withAxis(0, 1)))) {
            throw new IllegalArgumentException("expects two or more inputs that differ in their channels only");
        }
        int channels = 0;
        for (Shape shape : inputs) {
            channels = Math.addExact(channels, shape.axis(0));
        }
        return inputs.get(0).withAxis(0, channels);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return Tensor.concat(1, inputs);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Concat();
    }
}
