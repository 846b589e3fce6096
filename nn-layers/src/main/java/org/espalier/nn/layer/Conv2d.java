package org.espalier.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;

/** Convolution of {@code [c,h,w]}: {@code out} channels, kernel kh x kw, stride, padding, dilation and groups. */
public record Conv2d(int out, int kernelH, int kernelW, ConvGeometry geometry, boolean bias, Initialiser initialiser)
        implements
            Layer {

    public Conv2d {
        if (out < 1 || kernelH < 1 || kernelW < 1 || out % geometry.groups() != 0) {
            throw new IllegalArgumentException(
                    "a convolution needs outputs divisible by its groups and a kernel of at least 1x1, got "
                            + out + " outputs, " + geometry.groups() + " groups, kernel " + kernelH + "x" + kernelW);
        }
    }

    /** Square kernel, with a bias, and Xavier weights as in Caffe. */
    public Conv2d(int out, int kernel, int stride, int padding) {
        this(out, kernel, kernel, ConvGeometry.of(stride, padding), true, new Initialiser.CaffeXavier());
    }

    /** The same without a bias: batch normalisation comes behind it. */
    public Conv2d withoutBias() {
        return new Conv2d(out, kernelH, kernelW, geometry, false, initialiser);
    }

    /** The same in so many groups of channels; as many as there are input channels make it depthwise. */
    public Conv2d withGroups(int groups) {
        return new Conv2d(out, kernelH, kernelW, geometry.withGroups(groups), bias, initialiser);
    }

    /** The same, starting with other weights. */
    public Conv2d startingWith(Initialiser start) {
        return new Conv2d(out, kernelH, kernelW, geometry, bias, start);
    }

    private Shape weightShape(Shape input) {
        return Shape.of(out, input.axis(0) / geometry.groups(), kernelH, kernelW);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        if (inputs.size() != 1 || inputs.get(0).rank() != 3) {
            throw new IllegalArgumentException("expects one image [c,h,w]");
        }
        return geometry.outputShape(inputs.get(0).prepend(1), weightShape(inputs.get(0))).withoutFirst();
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(ParameterSpec.weight(weightShape(inputs.get(0)), initialiser));
        if (bias) {
            specs.add(ParameterSpec.bias(out, initialiser));
        }
        return specs;
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return pass.weight("weight").convolve(inputs.get(0), geometry, bias ? pass.parameter("bias") : null);
    }

    @Override
    public boolean canEnd(boolean scaled, boolean adds, Activation activation) {
        return scaled || !adds;
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs, Ending ending) {
        Tensor own = bias ? pass.parameter("bias") : null;
        WeightStorage weight = pass.weight("weight");
        if (ending.scaling().isEmpty()) {
            return weight.convolve(inputs.get(0), geometry, own, ending.activation());
        }
        Ending.Scaling scaling = ending.scaling().get();
        Tensor shift = own == null ? scaling.shift() : own.times(scaling.scale()).plus(scaling.shift());
        return weight.convolve(inputs.get(0), geometry, scaling.scale(), shift, ending.addend().orElse(null),
                ending.activation());
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Weighted("weight", bias ? "bias" : null, geometry);
    }

    @Override
    public Optional<Layer> withOutputs(int channels) {
        return Optional.of(new Conv2d(channels, kernelH, kernelW, geometry, bias, initialiser));
    }

    @Override
    public Optional<Layer> withBias() {
        return Optional.of(new Conv2d(out, kernelH, kernelW, geometry, true, initialiser));
    }

    /** {@code dwconv} where each output channel has a group of its own, else {@code conv}. */
    @Override
    public String kind() {
        return geometry.groups() > 1 && geometry.groups() == out ? "dwconv" : "conv";
    }
}
