package org.espalier.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;

/** Fully connected: {@code [in]} to {@code [out]}, x weight' + bias. */
public record Dense(int out, boolean bias, Initialiser initialiser) implements Layer {
    public Dense {
        if (out < 1) {
            throw new IllegalArgumentException("a dense layer needs at least 1 output, got " + out);
        }
    }

    /** With a bias, and Xavier weights as in Caffe. */
    public Dense(int out) {
        this(out, true, new Initialiser.CaffeXavier());
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        if (inputs.size() != 1 || inputs.get(0).rank() != 1) {
            throw new IllegalArgumentException("expects one vector [n]; flatten images first");
        }
        return Shape.of(out);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(ParameterSpec.weight(Shape.of(out, inputs.get(0).axis(0)), initialiser));
        if (bias) {
            specs.add(ParameterSpec.bias(out, initialiser));
        }
        return specs;
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return pass.weight("weight").multiply(inputs.get(0), bias ? pass.parameter("bias") : null);
    }

    @Override
    public boolean canEnd(boolean scaled, boolean adds, Activation activation) {
        return !scaled && !adds && activation != Activation.RELU6;
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs, Ending ending) {
        return pass.weight("weight").multiply(inputs.get(0), bias ? pass.parameter("bias") : null,
                ending.activation() == Activation.RELU);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Weighted("weight", bias ? "bias" : null, ConvGeometry.of(1, 0));
    }

    @Override
    public Optional<Layer> withOutputs(int channels) {
        return Optional.of(new Dense(channels, bias, initialiser));
    }

    @Override
    public Optional<Layer> withBias() {
        return Optional.of(new Dense(out, true, initialiser));
    }

    @Override
    public String kind() {
        return "fc";
    }
}
