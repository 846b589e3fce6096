package org.espalier.tensor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** What each fused primitive means, in core operations. This is the definition that its kernels are tested against. */
public final class Lowering {
    private static final Map<Class<?>, ExtensionLowering> EXTENSIONS = extensions();

    private Lowering() {}

    /** The outputs of a fused primitive, computed by its lowering. */
    public static List<Tensor> of(Fused op, List<Tensor> in) {
        return switch (op) {
            case Fused.Linear l ->
                List.of(rectified(in.get(0).matmul(in.get(1), false, true).plus(in.get(2)), l.relu()));
            case Fused.SparseLinear l -> {
                var product = new Core.SparseMatMul(l.rows(), l.cols(), false, true);
                Tensor y = Tensor.apply(product, in.get(1), in.get(2), in.get(3), in.get(0)).get(0);
                yield List.of(rectified(y.plus(in.get(4)), l.relu()));
            }
            case Fused.MaskedLinear l -> {
                Tensor weight = in.get(1);
                var unpack = new Core.UnpackBits(weight.shape().axis(1), weight.dtype());
                Tensor kept = weight.times(Tensor.apply(unpack, in.get(2)).get(0));
                yield List.of(rectified(in.get(0).matmul(kept, false, true).plus(in.get(3)), l.relu()));
            }
            case Fused.SparseConvolve c -> List.of(sparseConvolve(c, in));
            case Fused.ConvolveBias c -> {
                Tensor y = in.get(0).convolve(in.get(1), c.geometry());
                yield List.of(y.plus(channels(in.get(2), y)).activated(c.activation()));
            }
            case Fused.ConvolveAffine c -> {
                Tensor y = in.get(0).convolve(in.get(1), c.geometry());
                Tensor normal = y.times(channels(in.get(2), y)).plus(channels(in.get(3), y));
                yield List.of((in.size() == 5 ? normal.plus(in.get(4)) : normal).activated(c.activation()));
            }
            case Fused.ReluGradient() -> List.of(in.get(0).times(in.get(1).step()));
            case Fused.Softmax() -> List.of(softmax(in.get(0)));
            case Fused.CrossEntropy c -> List.of(crossEntropy(c, in.get(0), in.get(1)));
            case Fused.CrossEntropyGradient c -> List.of(crossEntropyGradient(c, in.get(0), in.get(1), in.get(2)));
            case Fused.BatchNorm b -> batchNorm(b, in);
            case Fused.BatchNormGradient b -> batchNormGradient(b, in);
            case Fused.BatchNormInference b -> List.of(normalised(in.get(0), in.get(3), in.get(4), b.epsilon())
                    .times(channels(in.get(1), in.get(0)))
                    .plus(channels(in.get(2), in.get(0))));
            case Fused.Dropout d -> List.of(dropout(d, in.get(0)));
            case Fused.SgdStep s -> sgdStep(s, in);
            case Extension e -> extension(e).lower(e, in);
        };
    }

    private static Tensor rectified(Tensor x, boolean relu) {
        return relu ? x.relu() : x;
    }

    private static Tensor sparseConvolve(Fused.SparseConvolve op, List<Tensor> in) {
        Tensor weight = scattered(in.get(1), positions(in.get(2), in.get(3), op.weight()), op.weight());
        Tensor y = in.get(0).convolve(weight, op.geometry());
        if (in.size() > 5) {
            y = y.times(channels(in.get(4), y));
        }
        if (in.size() > 4) {
            y = y.plus(channels(in.get(Math.min(5, in.size() - 1)), y));
        }
        return (in.size() == 7 ? y.plus(in.get(6)) : y).activated(op.activation());
    }

    /** Where the values of compressed rows stand in the weight, seen as one long row: I32, one a value. */
    public static Tensor positions(Tensor rowStarts, Tensor columns, Shape weight) {
        int[] starts = rowStarts.toInts();
        int[] positions = columns.toInts();
        int cols = weight.size() / Math.max(1, weight.axis(0));
        for (int row = 0; row < weight.axis(0); row++) {
            for (int z = starts[row]; z < starts[row + 1]; z++) {
                positions[z] += row * cols;
            }
        }
        return Tensor.of(columns.backend(), columns.shape(), positions);
    }

    /** Values at their {@link #positions} in a weight of zeros; gradients flow back to them. */
    public static Tensor scattered(Tensor values, Tensor positions, Shape weight) {
        return Tensor.apply(new Core.ScatterAdd(0, weight.size()), values, positions).get(0).reshape(weight);
    }

    /** The shift by the row maximum changes nothing mathematically, so it is a constant to differentiation. */
    private static Tensor softmax(Tensor x) {
        Tensor powers = x.minus(x.detach().max(1)).exp();
        return powers.dividedBy(powers.sum(1));
    }

    private static Tensor crossEntropy(Fused.CrossEntropy op, Tensor logits, Tensor labels) {
        Tensor z = logits.minus(logits.detach().max(1));
        Tensor logSum = z.exp().sum(1).log();
        Tensor perClass = target(op.smoothing(), logits, labels).times(logSum.minus(z));
        return perClass.sumAll().times(1.0 / logits.shape().axis(0));
    }

    private static Tensor crossEntropyGradient(Fused.CrossEntropyGradient op, Tensor g, Tensor logits, Tensor labels) {
        Tensor target = target(op.smoothing(), logits, labels);
        // the target sums to 1, but to less where the label is no class
        return softmax(logits).times(target.sum(1)).minus(target).times(g).times(1.0 / logits.shape().axis(0));
    }

    private static Tensor target(double smoothing, Tensor logits, Tensor labels) {
        int classes = logits.shape().axis(1);
        Tensor ones = Tensor.apply(new Core.OneHot(classes, logits.dtype()), labels).get(0);
        return smoothing == 0 ? ones : ones.affine(1 - smoothing, smoothing / classes);
    }

    private static int[] allButChannels(Shape shape) {
        return IntStream.range(0, shape.rank()).filter(axis -> axis != 1).toArray();
    }

    /** A vector of one value a channel, shaped to broadcast against x. */
    private static Tensor channels(Tensor vector, Tensor x) {
        int[] axes = new int[x.shape().rank() - 1];
        java.util.Arrays.fill(axes, 1);
        axes[0] = vector.shape().size();
        return vector.reshape(axes);
    }

    private static Tensor normalised(Tensor x, Tensor mean, Tensor variance, double epsilon) {
        return x.minus(channels(mean, x)).times(channels(variance.plus(epsilon).sqrt().reciprocal(), x));
    }

    private static List<Tensor> batchNorm(Fused.BatchNorm op, List<Tensor> in) {
        Tensor x = in.get(0);
        int[] axes = allButChannels(x.shape());
        Shape channels = in.get(1).shape();
        double share = (double) channels.size() / x.shape().size();
        Tensor mean = x.sum(axes).times(share);
        Tensor centred = x.minus(mean);
        Tensor variance = centred.times(centred).sum(axes).times(share);
        Tensor y = centred.times(variance.plus(op.epsilon()).sqrt().reciprocal())
                .times(channels(in.get(1), x))
                .plus(channels(in.get(2), x));
        return List.of(y, mean.reshape(channels), variance.reshape(channels));
    }

    private static List<Tensor> batchNormGradient(Fused.BatchNormGradient op, List<Tensor> in) {
        Tensor g = in.get(0);
        Tensor x = in.get(1);
        Tensor gamma = in.get(2);
        int[] axes = allButChannels(x.shape());
        double share = (double) gamma.shape().size() / x.shape().size();
        Tensor unit = normalised(x, in.get(3), in.get(4), op.epsilon());
        Tensor dBeta = g.sum(axes);
        Tensor dGamma = g.times(unit).sum(axes);
        Tensor scale = gamma.times(in.get(4).plus(op.epsilon()).sqrt().reciprocal());
        Tensor dx = g.minus(dBeta.times(share)).minus(unit.times(dGamma.times(share))).times(channels(scale, x));
        return List.of(dx, dGamma.reshape(gamma.shape()), dBeta.reshape(gamma.shape()));
    }

    private static Tensor dropout(Fused.Dropout op, Tensor x) {
        Spec spec = x.spec();
        Tensor uniform = Execution
                .run(x.backend(), new Core.RandomUniform(spec.dtype(), spec.shape(), op.seed(), op.stream()), List.of())
                .get(0);
        // the numbers are multiples of 2^-24, and so is this threshold: F32 holds it exactly and decides as F64 does
        double threshold = Math.ceil(op.rate() * 0x1p24) * 0x1p-24;
        Tensor dropped = Tensor.full(x.backend(), new Spec(spec.dtype(), Shape.scalar()), threshold).greater(uniform);
        double scale = 1 / (1 - op.rate());
        return x.times(dropped.affine(-scale, scale));
    }

    private static List<Tensor> sgdStep(Fused.SgdStep op, List<Tensor> in) {
        Tensor weight = in.get(0);
        Tensor gradient = in.get(2);
        if (op.l2() != 0) {
            gradient = gradient.plus(weight.times(op.l2()));
        }
        if (op.l1() != 0) {
            gradient = gradient.plus(weight.sign().times(op.l1()));
        }
        Tensor velocity = in.get(1).times(op.momentum()).plus(gradient);
        Tensor step = op.nesterov() ? gradient.plus(velocity.times(op.momentum())) : velocity;
        Tensor next = weight.minus(step.times(op.rate()));
        if (op.masked()) {
            // x * 0 is -0 or NaN for some x; + 0 turns -0 into the +0 that removed weights are stored as
            velocity = velocity.times(in.get(3)).plus(0);
            next = next.times(in.get(3)).plus(0);
        }
        return List.of(next, velocity);
    }

    private static ExtensionLowering extension(Extension op) {
        ExtensionLowering lowering = EXTENSIONS.get(op.getClass());
        if (lowering == null) {
            throw new IllegalStateException("no lowering is registered for " + op.getClass().getName() + "; add an "
                    + ExtensionLowering.class.getName() + " to META-INF/services");
        }
        return lowering;
    }

    private static Map<Class<?>, ExtensionLowering> extensions() {
        Map<Class<?>, ExtensionLowering> found = new HashMap<>();
        ServiceLoader.load(ExtensionLowering.class).forEach(lowering -> found.put(lowering.primitive(), lowering));
        return found;
    }
}
