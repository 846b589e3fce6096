package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;

/** The sum of two or more inputs of the same shape: a residual join. */
public record Add() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        if (inputs.size() < 2 || inputs.stream().distinct().count() != 1) {
            throw new IllegalArgumentException("expects two or more inputs of the same shape");
        }
        return inputs.get(0);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor sum = inputs.get(0);
        for (Tensor input : inputs.subList(1, inputs.size())) {
            sum = sum.plus(input);
        }
        return sum;
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Sum();
    }
}
