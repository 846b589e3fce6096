package org.espalier.tensor.primitive;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * Primitives that a backend may do in one go. Each has a lowering that says the same in core primitives: it is the
 * definition, it runs where a backend has no kernel, and second derivatives always go through it.
 */
public sealed interface Fused extends Primitive
        permits Fused.Linear, Fused.SparseLinear, Fused.MaskedLinear, Fused.ConvolveBias, Fused.ConvolveAffine,
        Fused.SparseConvolve,
        Fused.ReluGradient, Fused.Softmax,
        Fused.CrossEntropy,
        Fused.CrossEntropyGradient, Fused.BatchNorm, Fused.BatchNormGradient, Fused.BatchNormInference, Fused.Dropout,
        Fused.SgdStep, Extension {

    /** (x [n,in], weight [out,in], bias [out]) to x weight' + bias, then its ReLU if {@code relu}. */
    record Linear(boolean relu) implements Fused {
        /** Without ReLU. */
        public Linear() {
            this(false);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 3);
            Rules.sameType(this, in);
            List<Spec> out = new Core.MatMul(false, true).outputs(in.subList(0, 2));
            Rules.shape(this, in.get(2), Shape.of(out.get(0).shape().axis(1)));
            return out;
        }
    }

    /**
     * (x [n,cols], values [z], row starts I32 [rows+1], columns I32 or U16 [z], bias [rows]) to x W' + bias, then its ReLU
     * if {@code relu}: {@link Linear} with weights as {@link Core.SparseMatMul} has them.
     */
    record SparseLinear(int rows, int cols, boolean relu) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 5);
            Rules.sameType(this, List.of(in.get(0), in.get(1), in.get(4)));
            Rules.shape(this, in.get(4), Shape.of(rows));
            return new Core.SparseMatMul(rows, cols, false, true)
                    .outputs(List.of(in.get(1), in.get(2), in.get(3), in.get(0)));
        }
    }

    /**
     * (x [n,in], weight [out,in], mask bits I32 [out,words] as {@link Core.UnpackBits} has them, bias [out]) to
     * x (weight o mask)' + bias, then its ReLU if {@code relu}: {@link Linear} while a mask is tried, and the weights that it
     * removes are there still. They and what they meet are finite; what a backend makes of others is its own affair.
     */
    record MaskedLinear(boolean relu) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 4);
            List<Spec> out = new Linear(relu).outputs(List.of(in.get(0), in.get(1), in.get(3)));
            Shape weight = in.get(1).shape();
            Rules.indices(this, in.get(2), 2);
            Rules.shape(this, in.get(2), Shape.of(weight.axis(0), Core.UnpackBits.words(weight.axis(1))));
            return out;
        }
    }

    /**
     * (input [n,c,h,w], weight [o,c/groups,kh,kw], bias [o]) to the convolution plus a bias a channel, then its
     * activation.
     */
    record ConvolveBias(ConvGeometry geometry, Activation activation) implements Fused {
        /** Without activation. */
        public ConvolveBias(ConvGeometry geometry) {
            this(geometry, Activation.NONE);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 3);
            Rules.sameType(this, in);
            List<Spec> out = new Core.Convolve(geometry).outputs(in.subList(0, 2));
            Rules.shape(this, in.get(2), Shape.of(out.get(0).shape().axis(1)));
            return out;
        }
    }

    /**
     * (input [n,c,h,w], weight [o,c/groups,kh,kw], scale [o], shift [o]) to the convolution times a scale plus a shift a
     * channel, then its activation: a convolution and what batch normalisation does with fixed statistics. A fifth input, of
     * the output's shape, is added before the activation: a residual join.
     */
    record ConvolveAffine(ConvGeometry geometry, Activation activation) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, in.size() == 5 ? 5 : 4);
            Rules.sameType(this, in);
            List<Spec> out = new Core.Convolve(geometry).outputs(in.subList(0, 2));
            Rules.shape(this, in.get(2), Shape.of(out.get(0).shape().axis(1)));
            Rules.shape(this, in.get(3), Shape.of(out.get(0).shape().axis(1)));
            if (in.size() == 5) {
                Rules.shape(this, in.get(4), out.get(0).shape());
            }
            return out;
        }
    }

    /**
     * (input [n,c,h,w], values [z], row starts I32 [o+1], columns I32 or U16 [z], ...) to the convolution with a weight of
     * shape {@code weight} in compressed rows, one a filter, columns being (channel of the group, row, column) in row-major order.
     * What may follow is what {@link ConvolveBias} and {@link ConvolveAffine} take: nothing; a shift [o]; a scale [o] and a
     * shift [o]; both and an addend of the output's shape. In the end comes the activation.
     */
    record SparseConvolve(ConvGeometry geometry, Shape weight, Activation activation) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            if (in.size() < 4 || in.size() > 7) {
                Rules.count(this, in, 4);
            }
            Rules.csr(this, weight.axis(0), in.get(2), in.get(3));
            Rules.shape(this, in.get(1), in.get(3).shape());
            Rules.real(this, in.get(0));
            Spec out = in.get(0).withShape(geometry.outputShape(in.get(0).shape(), weight));
            Rules.sameType(this, List.of(in.get(0), in.get(1)));
            for (int i = 4; i < in.size(); i++) {
                Rules.sameType(this, List.of(in.get(0), in.get(i)));
                Rules.shape(this, in.get(i), i == 6 ? out.shape() : Shape.of(weight.axis(0)));
            }
            return List.of(out);
        }
    }

    /** (gradient, output of the ReLU) to the gradient where the output is above zero. */
    record ReluGradient() implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.real(this, in.get(0));
            Rules.sameType(this, in);
            Rules.shape(this, in.get(0), in.get(1).shape());
            return List.of(in.get(0));
        }
    }

    /** Softmax over the last axis of [n,c]. */
    record Softmax() implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            matrix(this, in.get(0));
            return List.of(in.get(0));
        }
    }

    /**
     * (logits [n,c], labels I32 [n]) to the mean over the batch (a scalar) of the cross-entropy of softmax(logits). A backend
     * may refuse a label that is no class; where it does not, such a row adds its smoothing only, and still counts in n.
     *
     * @param smoothing label smoothing s: the target is (1 - s) on the label plus s/c everywhere; 0 for none
     */
    record CrossEntropy(double smoothing) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            labelled(this, in.get(0), in.get(1));
            return List.of(in.get(0).withShape(Shape.scalar()));
        }
    }

    /**
     * (gradient of the loss, a scalar; logits; labels) to the gradient of the logits: (t softmax - target) g / n, where t is
     * the sum of the target: 1, or the smoothing where the label is no class.
     */
    record CrossEntropyGradient(double smoothing) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 3);
            Rules.sameType(this, in.subList(0, 2));
            Rules.shape(this, in.get(0), Shape.scalar());
            labelled(this, in.get(1), in.get(2));
            return List.of(in.get(1));
        }
    }

    /**
     * Training-mode batch norm (Ioffe and Szegedy 2015) over all axes but the second: (x [n,c] or [n,c,h,w], gamma [c],
     * beta [c]) to (y, batch mean [c], batch variance [c], biased).
     */
    record BatchNorm(double epsilon) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 3);
            Rules.sameType(this, in);
            Spec channel = channelwise(this, in.get(0), in.subList(1, 3));
            return List.of(in.get(0), channel, channel);
        }
    }

    /** (gradient of y, x, gamma, batch mean, batch variance) to the gradients of (x, gamma, beta). */
    record BatchNormGradient(double epsilon) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 5);
            Rules.sameType(this, in);
            Rules.shape(this, in.get(0), in.get(1).shape());
            Spec channel = channelwise(this, in.get(1), in.subList(2, 5));
            return List.of(in.get(1), channel, channel);
        }
    }

    /** (x, gamma, beta, running mean, running variance) to gamma (x - mean) / sqrt(variance + epsilon) + beta. */
    record BatchNormInference(double epsilon) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 5);
            Rules.sameType(this, in);
            channelwise(this, in.get(0), in.subList(1, 5));
            return List.of(in.get(0));
        }
    }

    /**
     * Inverted dropout: each element is zero with probability {@code rate}, else divided by 1 - rate. The choice is
     * {@code RandomUniform(seed, stream) >= rate}, so the gradient is the same primitive applied to the gradient.
     */
    record Dropout(double rate, long seed, long stream) implements Fused {
        public Dropout {
            if (!(rate >= 0 && rate < 1)) {
                throw new IllegalArgumentException("dropout: expected a rate in [0, 1), got " + rate);
            }
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            return List.of(in.get(0));
        }
    }

    /**
     * One step of stochastic gradient descent with momentum: (weight, velocity, gradient[, mask]) to (weight, velocity),
     * both in place. With g the gradient plus {@code l2} w plus {@code l1} sign(w): v = momentum v + g, and
     * w = w - rate v (or w - rate (g + momentum v) with {@code nesterov}). A mask (1 keeps, 0 removes) multiplies the new
     * velocity and the new weight, so that a removed weight is +0 and stays so.
     */
    record SgdStep(double rate, double momentum, double l2, double l1, boolean nesterov,
            boolean masked) implements Fused {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, masked ? 4 : 3);
            Rules.real(this, in.get(0));
            Rules.sameType(this, in);
            for (Spec spec : in) {
                Rules.shape(this, spec, in.get(0).shape());
            }
            return List.of(in.get(0), in.get(1));
        }

        @Override
        public int takesOver(int output) {
            return output;
        }
    }

    private static void matrix(Primitive op, Spec spec) {
        Rules.real(op, spec);
        if (spec.shape().rank() != 2) {
            throw new IllegalArgumentException(op.label() + ": expected [n,classes], got " + spec);
        }
    }

    private static void labelled(Primitive op, Spec logits, Spec labels) {
        matrix(op, logits);
        Rules.indices(op, labels, 1);
        if (labels.shape().axis(0) != logits.shape().axis(0)) {
            throw new IllegalArgumentException(
                    op.label() + ": " + logits + " logits and " + labels + " labels differ in number");
        }
    }

    private static Spec channelwise(Primitive op, Spec x, List<Spec> perChannel) {
        Rules.real(op, x);
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException(op.label() + ": expected [n,c,...], got " + x);
        }
        Shape channels = Shape.of(x.shape().axis(1));
        for (Spec spec : new ArrayList<>(perChannel)) {
            Rules.shape(op, spec, channels);
        }
        return x.withShape(channels);
    }
}
