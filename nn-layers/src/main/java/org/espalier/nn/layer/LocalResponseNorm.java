package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/**
 * Local response normalisation across channels (Krizhevsky et al. 2012, section 3.3), with the sum's factor alpha / size
 * as in Caffe and PyTorch: y = x / (k + alpha / size * sum of x^2 over the {@code size} channels around it)^beta. Channels
 * beyond the first and the last count as zeros.
 *
 * @param size number of channels in a sum, odd
 */
public record LocalResponseNorm(int size, double alpha, double beta, double k) implements Layer {
    public LocalResponseNorm {
        if (size < 1 || size % 2 == 0 || !(alpha >= 0 && alpha < Double.POSITIVE_INFINITY) || !(k > 0
                && k < Double.POSITIVE_INFINITY) || !Double.isFinite(beta)) {
            throw new IllegalArgumentException(
                    "local response normalisation needs an odd size, an alpha of at least 0, a finite beta and a k above 0,"
                            + " got size " + size + ", alpha " + alpha + ", beta " + beta + " and k " + k);
        }
    }

    /** AlexNet's: 5 channels, alpha 1e-4, beta 0.75, k 1. */
    public LocalResponseNorm() {
        this(5, 1e-4, 0.75, 1);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        return Inputs.image(inputs);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        Shape shape = x.shape();
        // [n,1,c,hw]: the mean over neighbouring channels is a pooling of rows, whose padding is the zeros beyond the ends
        Tensor squares = x.times(x).reshape(shape.axis(0), 1, shape.axis(1), shape.axis(2) * shape.axis(3));
        Tensor means = squares.averagePool(new Window(size, 1, 1, 1, size / 2, 0, true)).reshape(shape);
        return x.times(means.affine(alpha, k).log().times(-beta).exp());
    }

    /** Opaque: a channel takes part in the norms of its neighbours, which change when it is cut. */
    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Opaque();
    }

    @Override
    public String kind() {
        return "lrn";
    }
}
