package org.espalier.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of each primitive, made of tensor operations, so that it can be recorded and differentiated again. The
 * switches have no default: a new primitive does not compile until its gradient has been thought about.
 */
final class Gradients {
    private Gradients() {}

    /**
     * One step backwards.
     *
     * @param in the inputs of the operation
     * @param out its outputs
     * @param grads the gradient of each output, null where nothing depends on it
     * @param needed which inputs want a gradient; the others may be left null
     */
    record Call(List<Tensor> in, List<Tensor> out, @Nullable Tensor[] grads, boolean[] needed) {
        Tensor g() {
            Tensor first = grads[0];
            if (first == null) {
                throw new IllegalStateException("the first output has no gradient");
            }
            return first;
        }

        Tensor x(int i) {
            return in.get(i);
        }
    }

    private static @Nullable Tensor[] only(@Nullable Tensor... gradients) {
        return gradients;
    }

    static @Nullable Tensor[] of(Core op, Call c) {
        return switch (op) {
            case Core.Fill f -> only();
            case Core.RandomUniform r -> only();
            case Unary u -> only(unary(u, c));
            case Core.Affine a -> only(c.g().times(a.scale()));
            case Binary b -> binary(b, c);
            case Core.Cast k -> only(c.x(0).dtype().isReal() ? c.g().cast(c.x(0).dtype()) : null);
            case Core.Reduce r -> only(reduce(r, c));
            case Core.ArgMax a -> only((Tensor) null);
            case Core.Reshape r -> only(c.g().reshape(c.x(0).shape()));
            case Core.Permute p -> only(c.g().permute(inverse(p.order())));
            case Core.Expand e -> only(sumTo(c.g(), c.x(0).shape()));
            case Core.Slice s -> only(one(new Core.Unslice(c.x(0).shape(), s.starts(), s.steps()), c.g()));
            case Core.Unslice u -> only(one(new Core.Slice(u.starts(), lengths(c.x(0).shape()), u.steps()), c.g()));
            case Core.Concat k -> concat(k, c);
            case Core.Gather k ->
                only(one(new Core.ScatterAdd(k.axis(), c.x(0).shape().axis(k.axis())), c.g(), c.x(1)), null);
            case Core.ScatterAdd s -> only(one(new Core.Gather(s.axis()), c.g(), c.x(1)), null);
            case Core.OneHot o -> only((Tensor) null);
            case Core.UnpackBits u -> only((Tensor) null);
            case Core.MatMul m -> matMul(m, c);
            case Core.Convolve k -> only(
                    c.needed()[0] ? one(new Core.ConvolveData(k.geometry(), c.x(0).shape()), c.g(), c.x(1)) : null,
                    c.needed()[1] ? one(new Core.ConvolveWeight(k.geometry(), c.x(1).shape()), c.x(0), c.g()) : null);
            case Core.ConvolveData k -> only(
                    c.needed()[0] ? one(new Core.Convolve(k.geometry()), c.g(), c.x(1)) : null,
                    c.needed()[1] ? one(new Core.ConvolveWeight(k.geometry(), c.x(1).shape()), c.g(), c.x(0)) : null);
            case Core.ConvolveWeight k -> only(
                    c.needed()[0] ? one(new Core.ConvolveData(k.geometry(), c.x(0).shape()), c.x(1), c.g()) : null,
                    c.needed()[1] ? one(new Core.Convolve(k.geometry()), c.x(0), c.g()) : null);
            case Core.MaxPool p -> only(one(new Core.PoolScatter(c.x(0).shape()), c.g(), c.out().get(1)));
            case Core.PoolGather p -> only(one(new Core.PoolScatter(c.x(0).shape()), c.g(), c.x(1)), null);
            case Core.PoolScatter p -> only(one(new Core.PoolGather(), c.g(), c.x(1)), null);
            case Core.AveragePool p -> only(one(new Core.AveragePoolData(p.window(), c.x(0).shape()), c.g()));
            case Core.AveragePoolData p -> only(one(new Core.AveragePool(p.window()), c.g()));
            case Core.SparseMatMul s -> sparse(s, c);
            case Core.SampledMatMul s -> sampled(s, c);
        };
    }

    /** True if {@link #ofFused} has a gradient for this case; otherwise the lowering is differentiated. */
    static boolean hasFused(Fused op, int inputs, @Nullable Tensor[] grads) {
        return switch (op) {
            case Fused.Linear l -> true;
            case Fused.SparseLinear l -> true;
            case Fused.ConvolveBias b -> b.activation() != Activation.RELU6;
            case Fused.MaskedLinear l -> false;
            case Fused.ConvolveAffine a -> false;
            case Fused.SparseConvolve k -> inputs < 6 && k.activation() != Activation.RELU6;
            case Fused.ReluGradient r -> true;
            case Fused.CrossEntropy e -> true;
            case Fused.Dropout d -> true;
            case Fused.BatchNorm b -> grads[0] != null && grads[1] == null && grads[2] == null;
            case Fused.Softmax s -> false;
            case Fused.CrossEntropyGradient e -> false;
            case Fused.BatchNormGradient b -> false;
            case Fused.BatchNormInference b -> false;
            case Fused.SgdStep s -> throw new IllegalStateException("an optimiser step can't be differentiated");
            case Extension e -> false;
        };
    }

    static @Nullable Tensor[] ofFused(Fused op, Call c) {
        return switch (op) {
            case Fused.Linear l -> {
                Tensor g = rectified(l.relu(), c);
                yield only(
                        c.needed()[0] ? g.matmul(c.x(1)) : null,
                        c.needed()[1] ? g.matmul(c.x(0), true, false) : null,
                        c.needed()[2] ? g.sum(0).reshape(c.x(2).shape()) : null);
            }
            case Fused.SparseLinear l -> sparseLinear(l, c);
            case Fused.SparseConvolve k -> sparseConvolve(k, c);
            case Fused.ConvolveBias b -> {
                Tensor g = rectified(b.activation() == Activation.RELU, c);
                yield only(
                        c.needed()[0] ? one(new Core.ConvolveData(b.geometry(), c.x(0).shape()), g, c.x(1)) : null,
                        c.needed()[1] ? one(new Core.ConvolveWeight(b.geometry(), c.x(1).shape()), c.x(0), g) : null,
                        c.needed()[2] ? g.sum(0, 2, 3).reshape(c.x(2).shape()) : null);
            }
            case Fused.ReluGradient r -> only(one(r, c.g(), c.x(1)), null);
            case Fused.CrossEntropy e ->
                only(one(new Fused.CrossEntropyGradient(e.smoothing()), c.g(), c.x(0), c.x(1)), null);
            case Fused.Dropout d -> only(one(d, c.g()));
            case Fused.BatchNorm b -> Tensor.apply(
                    new Fused.BatchNormGradient(b.epsilon()), c.g(), c.x(0), c.x(1), c.out().get(1), c.out().get(2))
                    .toArray(new Tensor[0]);
            case Fused.Softmax s -> throw lowered(s);
            case Fused.CrossEntropyGradient e -> throw lowered(e);
            case Fused.BatchNormGradient b -> throw lowered(b);
            case Fused.BatchNormInference b -> throw lowered(b);
            case Fused.MaskedLinear l -> throw lowered(l);
            case Fused.ConvolveAffine a -> throw lowered(a);
            case Fused.SgdStep s -> throw lowered(s);
            case Extension e -> throw lowered(e);
        };
    }

    /** The gradient before the ReLU at the end of a fused primitive. */
    private static Tensor rectified(boolean relu, Call c) {
        return relu ? one(new Fused.ReluGradient(), c.g(), c.out().get(0)) : c.g();
    }

    private static IllegalStateException lowered(Fused op) {
        return new IllegalStateException(op.label() + " is differentiated through its lowering");
    }

    private static Tensor one(org.espalier.tensor.primitive.Primitive op, Tensor... in) {
        return Tensor.apply(op, in).get(0);
    }

    private static @Nullable Tensor unary(Unary op, Call c) {
        Tensor g = c.g();
        Tensor x = c.x(0);
        Tensor y = c.out().get(0);
        return switch (op.fn()) {
            case NEGATE -> g.negate();
            case EXP -> g.times(y);
            case LOG -> g.dividedBy(x);
            case SQRT -> g.dividedBy(y).times(0.5);
            case RECIPROCAL -> g.times(y).times(y).negate();
            case TANH -> g.times(y.times(y).affine(-1, 1));
            case ABS -> g.times(x.sign());
            case RELU -> one(new Fused.ReluGradient(), g, y);
            case SIGN, STEP -> null;
        };
    }

    private static @Nullable Tensor[] binary(Binary op, Call c) {
        Tensor g = c.g();
        Tensor a = c.x(0);
        Tensor b = c.x(1);
        boolean needA = c.needed()[0];
        boolean needB = c.needed()[1];
        return switch (op.fn()) {
            case ADD -> only(needA ? sumTo(g, a.shape()) : null, needB ? sumTo(g, b.shape()) : null);
            case SUBTRACT -> only(needA ? sumTo(g, a.shape()) : null, needB ? sumTo(g.negate(), b.shape()) : null);
            case MULTIPLY -> only(
                    needA ? sumTo(g.times(b), a.shape()) : null, needB ? sumTo(g.times(a), b.shape()) : null);
            case DIVIDE -> only(
                    needA ? sumTo(g.dividedBy(b), a.shape()) : null,
                    needB ? sumTo(g.times(c.out().get(0)).dividedBy(b).negate(), b.shape()) : null);
            case MAX -> pick(c, b.greater(a));
            case MIN -> pick(c, a.greater(b));
            case EQUAL, GREATER -> only(null, null);
        };
    }

    /** Sends the gradient to b where {@code takesB} is 1, else to a: of equal elements the first one gets it. */
    private static @Nullable Tensor[] pick(Call c, Tensor takesB) {
        return only(
                c.needed()[0] ? sumTo(c.g().times(takesB.affine(-1, 1)), c.x(0).shape()) : null,
                c.needed()[1] ? sumTo(c.g().times(takesB), c.x(1).shape()) : null);
    }

    private static Tensor reduce(Core.Reduce op, Call c) {
        Tensor x = c.x(0);
        return switch (op.fn()) {
            case SUM -> c.g().expand(x.shape());
            case MAX -> {
                // equal maxima share the gradient, as their sum is all that is defined
                Tensor hit = x.equal(c.out().get(0));
                int[] axes = op.axes().stream().mapToInt(Integer::intValue).toArray();
                yield hit.times(c.g().dividedBy(hit.sum(axes)));
            }
        };
    }

    /** Undoes broadcasting: sums over the axes that were repeated. */
    private static Tensor sumTo(Tensor g, Shape shape) {
        if (g.shape().equals(shape)) {
            return g;
        }
        int extra = g.shape().rank() - shape.rank();
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < g.shape().rank(); axis++) {
            if (axis < extra || (shape.axis(axis - extra) == 1 && g.shape().axis(axis) != 1)) {
                axes.add(axis);
            }
        }
        return g.sum(axes.stream().mapToInt(Integer::intValue).toArray()).reshape(shape);
    }

    private static int[] inverse(List<Integer> order) {
        int[] result = new int[order.size()];
        for (int i = 0; i < result.length; i++) {
            result[order.get(i)] = i;
        }
        return result;
    }

    private static List<Integer> lengths(Shape shape) {
        List<Integer> result = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            result.add(shape.axis(axis));
        }
        return Collections.unmodifiableList(result);
    }

    private static @Nullable Tensor[] concat(Core.Concat op, Call c) {
        @Nullable
        Tensor[] result = new @Nullable Tensor[c.in().size()];
        int start = 0;
        for (int i = 0; i < result.length; i++) {
            int length = c.x(i).shape().axis(op.axis());
            result[i] = c.needed()[i] ? c.g().narrow(op.axis(), start, length) : null;
            start += length;
        }
        return result;
    }

    private static @Nullable Tensor[] matMul(Core.MatMul m, Call c) {
        Tensor g = c.g();
        Tensor a = c.x(0);
        Tensor b = c.x(1);
        boolean ta = m.transposeA();
        boolean tb = m.transposeB();
        Tensor da = null;
        Tensor db = null;
        if (c.needed()[0]) {
            da = ta ? b.matmul(g, tb, true) : g.matmul(b, false, !tb);
        }
        if (c.needed()[1]) {
            db = tb ? g.matmul(a, true, ta) : a.matmul(g, !ta, false);
        }
        return only(da, db);
    }

    private static @Nullable Tensor[] sparse(Core.SparseMatMul s, Call c) {
        Tensor starts = c.x(1);
        Tensor columns = c.x(2);
        Tensor x = c.x(3);
        Tensor g = c.g();
        var sampled = new Core.SampledMatMul(s.samplesFirst());
        var back = new Core.SparseMatMul(s.rows(), s.cols(), !s.transposed(), s.samplesFirst());
        return only(
                c.needed()[0] ? one(sampled, starts, columns, s.transposed() ? x : g, s.transposed() ? g : x) : null,
                null,
                null,
                c.needed()[3] ? one(back, c.x(0), starts, columns, g) : null);
    }

    private static @Nullable Tensor[] sampled(Core.SampledMatMul s, Call c) {
        Tensor starts = c.x(0);
        Tensor columns = c.x(1);
        int features = s.samplesFirst() ? 1 : 0;
        int rows = c.x(2).shape().axis(features);
        int cols = c.x(3).shape().axis(features);
        var times = new Core.SparseMatMul(rows, cols, false, s.samplesFirst());
        var transposed = new Core.SparseMatMul(rows, cols, true, s.samplesFirst());
        return only(
                null,
                null,
                c.needed()[2] ? one(times, c.g(), starts, columns, c.x(3)) : null,
                c.needed()[3] ? one(transposed, c.g(), starts, columns, c.x(2)) : null);
    }

    private static @Nullable Tensor[] sparseLinear(Fused.SparseLinear l, Call c) {
        Tensor g = rectified(l.relu(), c);
        Tensor starts = c.x(2);
        Tensor columns = c.x(3);
        var back = new Core.SparseMatMul(l.rows(), l.cols(), true, true);
        return only(
                c.needed()[0] ? one(back, c.x(1), starts, columns, g) : null,
                c.needed()[1] ? one(new Core.SampledMatMul(true), starts, columns, g, c.x(0)) : null,
                null,
                null,
                c.needed()[4] ? g.sum(0).reshape(c.x(4).shape()) : null);
    }

    /** With nothing or a bias behind it: by the dense convolution's gradients, of which the kept positions are read. */
    private static @Nullable Tensor[] sparseConvolve(Fused.SparseConvolve k, Call c) {
        Tensor g = rectified(k.activation() == Activation.RELU, c);
        Tensor positions = Lowering.positions(c.x(2), c.x(3), k.weight());
        Tensor dx = null;
        if (c.needed()[0]) {
            Tensor weight = Lowering.scattered(c.x(1), positions, k.weight());
            dx = one(new Core.ConvolveData(k.geometry(), c.x(0).shape()), g, weight);
        }
        Tensor dValues = null;
        if (c.needed()[1]) {
            Tensor all = one(new Core.ConvolveWeight(k.geometry(), k.weight()), c.x(0), g);
            dValues = one(new Core.Gather(0), all.reshape(Shape.of(k.weight().size())), positions);
        }
        return c.in().size() == 4
                ? only(dx, dValues, null, null)
                : only(dx, dValues, null, null,
                        c.needed()[4] ? g.sum(0, 2, 3).reshape(c.x(4).shape()) : null);
    }
}
