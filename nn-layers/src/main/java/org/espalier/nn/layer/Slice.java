package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;

/** Channels {@code start .. start + length - 1}: one part of a split. The other parts are slices of their own. */
public record Slice(int start, int length) implements Layer {
    public Slice {
        if (start < 0 || length < 1) {
            throw new IllegalArgumentException(
                    "a slice needs a start of at least 0 and a length of at least 1, got start " + start
                            + " and length " + length);
        }
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        Shape in = Inputs.single(inputs);
        if (in.rank() == 0 || length > in.axis(0) - start) {
            throw new IllegalArgumentException("expects at least " + ((long) start + length) + " channels");
        }
        return in.withAxis(0, length);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return inputs.get(0).narrow(1, start, length);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Slice(start, length);
    }
}
