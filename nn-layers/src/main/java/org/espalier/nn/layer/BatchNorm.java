package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of each channel of {@code [c,h,w]} or {@code [n]}. Training uses the
 * batch's mean and biased variance and moves the running statistics by {@code momentum} towards them (the variance
 * unbiased, as PyTorch does); evaluation uses the running statistics.
 */
public record BatchNorm(double epsilon, double momentum) implements Layer {
    public BatchNorm {
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY && momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException(
                    "batch norm needs an epsilon above 0 and a momentum in [0, 1], got epsilon "
                            + epsilon + " and momentum " + momentum);
        }
    }

    /** PyTorch's defaults: epsilon 1e-5, momentum 0.1. */
    public BatchNorm() {
        this(1e-5, 0.1);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        Shape shape = Inputs.single(inputs);
        if (shape.rank() < 1) {
            throw new IllegalArgumentException("expects [c,...]");
        }
        return shape;
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
        Shape channels = Shape.of(inputs.get(0).axis(0));
        return List.of(
                new ParameterSpec("weight", channels, ParameterSpec.Role.NORM, new Initialiser.Constant(1)),
                new ParameterSpec("bias", channels, ParameterSpec.Role.NORM, new Initialiser.Constant(0)),
                new ParameterSpec("running_mean", channels, ParameterSpec.Role.STATISTIC, new Initialiser.Constant(0)),
                new ParameterSpec("running_var", channels, ParameterSpec.Role.STATISTIC, new Initialiser.Constant(1)));
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        Tensor gamma = pass.parameter("weight");
        Tensor beta = pass.parameter("bias");
        Tensor mean = pass.parameter("running_mean");
        Tensor variance = pass.parameter("running_var");
        if (!pass.training()) {
            return Tensor.apply(new Fused.BatchNormInference(epsilon), x, gamma, beta, mean, variance).get(0);
        }
        List<Tensor> out = Tensor.apply(new Fused.BatchNorm(epsilon), x, gamma, beta);
        double count = (double) x.shape().size() / gamma.shape().size();
        double unbiased = count / Math.max(1, count - 1);
        pass.update("running_mean", moved(mean, out.get(1).detach(), 1));
        pass.update("running_var", moved(variance, out.get(2).detach(), unbiased));
        return out.get(0);
    }

    private Tensor moved(Tensor running, Tensor measured, double factor) {
        return running.detach().times(1 - momentum).plus(measured.times(momentum * factor));
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.PerElement(
                List.of("weight", "bias", "running_mean", "running_var"), new ConstantMap.Normalise(epsilon));
    }

    @Override
    public String kind() {
        return "bn";
    }
}
