package com.example;

import java.util.List;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.layer.Pass;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;

/** A layer as a user writes one: x kernel' times one trained factor for all outputs, no bias. */
record ScaledDense(int out) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
        return Shape.of(out);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
        Shape kernel = Shape.of(out, inputs.get(0).axis(0));
        return List.of(
                new ParameterSpec("kernel", kernel, ParameterSpec.Role.WEIGHT, new Initialiser.KaimingNormal()),
                new ParameterSpec("factor", Shape.of(1), ParameterSpec.Role.NORM, new Initialiser.Constant(0.5)));
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return pass.weight("kernel").multiply(inputs.get(0), null).times(pass.parameter("factor"));
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Weighted("kernel", null, ConvGeometry.of(1, 0));
    }
}
