package org.espalier.tensor.primitive;

import java.util.List;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * What a primitive costs: floating-point operations, a multiply-add being two, and the bytes of its operands. Exponentials
 * and divisions count as one; what only moves data counts as none.
 */
public final class Cost {
    private Cost() {}

    /** What it must read and write at least: each operand once. */
    public static double bytes(Primitive op, List<Spec> inputs) {
        double bytes = 0;
        for (Spec spec : inputs) {
            bytes += (double) spec.dtype().bytes() * spec.shape().size();
        }
        for (Spec spec : op.outputs(inputs)) {
            bytes += (double) spec.dtype().bytes() * spec.shape().size();
        }
        return bytes;
    }

    /** Floating-point operations; of an {@link Extension}, which may be anything, one for each element of its outputs. */
    public static double flops(Primitive op, List<Spec> inputs) {
        return switch (op) {
            case Core core -> flops(core, inputs);
            case Fused fused -> flops(fused, inputs);
        };
    }

    private static double flops(Core op, List<Spec> in) {
        return switch (op) {
            case Core.MatMul m -> 2.0 * first(op, in) * in.get(0).shape().axis(m.transposeA() ? 0 : 1);
            case Core.Convolve _ -> 2.0 * first(op, in) * taps(in.get(1).shape());
            // each element of the gradient that comes in meets each tap of its filter once
            case Core.ConvolveData _ -> 2.0 * size(in, 0) * taps(in.get(1).shape());
            case Core.ConvolveWeight w -> 2.0 * size(in, 1) * taps(w.weight());
            case Core.SparseMatMul s -> 2.0 * size(in, 0) * in.get(3).shape().axis(s.samplesFirst() ? 0 : 1);
            case Core.SampledMatMul s -> 2.0 * size(in, 1) * in.get(2).shape().axis(s.samplesFirst() ? 0 : 1);
            case Core.Affine _ -> 2.0 * first(op, in);
            case Core.Unary _,Core.Binary _,Core.RandomUniform _ -> first(op, in);
            case Core.Reduce _,Core.ArgMax _,Core.PoolScatter _,Core.ScatterAdd _ -> size(in, 0);
            case Core.MaxPool p -> first(op, in) * p.window().kernelH() * p.window().kernelW();
            case Core.AveragePool p -> first(op, in) * p.window().kernelH() * p.window().kernelW();
            case Core.AveragePoolData p -> size(in, 0) * p.window().kernelH() * p.window().kernelW();
            case Core.Fill _,Core.Cast _,Core.Reshape _,Core.Permute _,Core.Expand _,Core.Slice _,Core.Unslice _,Core.Concat _,Core.Gather _,Core.OneHot _,Core.UnpackBits _,Core.PoolGather _ ->
                0;
        };
    }

    private static double flops(Fused op, List<Spec> in) {
        return switch (op) {
            case Fused.Linear _ -> first(op, in) * (2.0 * in.get(0).shape().axis(1) + 1);
            // as if all were kept: what the mask removes stands in no shape
            case Fused.MaskedLinear _ -> first(op, in) * (2.0 * in.get(0).shape().axis(1) + 1);
            case Fused.SparseLinear _ -> 2.0 * in.get(0).shape().axis(0) * size(in, 1) + first(op, in);
            // each weight meets each output of its filter's plane, about
            case Fused.SparseConvolve k -> first(op, in) * (2.0 * size(in, 1) / Math.max(1, k.weight().axis(0))
                    + in.size() - 4);
            case Fused.ConvolveBias _ -> first(op, in) * (2.0 * taps(in.get(1).shape()) + 1);
            case Fused.ConvolveAffine _ -> first(op, in) * (2.0 * taps(in.get(1).shape()) + in.size() - 2);
            case Fused.ReluGradient _ -> first(op, in);
            case Fused.Softmax _ -> 4.0 * size(in, 0);
            case Fused.CrossEntropy _ -> 4.0 * size(in, 0);
            case Fused.CrossEntropyGradient _ -> 6.0 * size(in, 1);
            case Fused.BatchNorm _ -> 6.0 * size(in, 0);
            case Fused.BatchNormGradient _ -> 9.0 * size(in, 0);
            case Fused.BatchNormInference _ -> 2.0 * size(in, 0);
            case Fused.Dropout _ -> 2.0 * size(in, 0);
            case Fused.SgdStep _ -> 6.0 * size(in, 0);
            case Extension _ -> first(op, in);
        };
    }

    private static double first(Primitive op, List<Spec> in) {
        return op.outputs(in).getFirst().shape().size();
    }

    private static double size(List<Spec> in, int index) {
        return in.get(index).shape().size();
    }

    /** Weights of one filter. */
    private static double taps(Shape weight) {
        return weight.withoutFirst().size();
    }
}
