package org.espalier.tensor.cpu;

import static org.espalier.tensor.cpu.CpuBuffer.floats;

import java.util.List;
import org.espalier.tensor.backend.Kernel;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Shape;

/** The F32 variants over weights in compressed rows: what ties their primitives to the kernels. */
final class SparseVariants {
    private static final float[] NONE = {};

    private final Workers workers;

    SparseVariants(Workers workers) {
        this.workers = workers;
    }

    void addTo(List<Variant<?>> all) {
        all.add(variant("sparsematmul.strips", Core.SparseMatMul.class, this::product));
        all.add(variant("sparselinear.strips", Fused.SparseLinear.class, this::linear));
        all.add(variant("maskedlinear.parts", Fused.MaskedLinear.class, this::masked));
        all.add(variant("sampledmatmul.dots", Core.SampledMatMul.class, this::sampled));
        all.add(variant("sparseconvolve.rows", Fused.SparseConvolve.class, this::convolve));
    }

    private static <P extends Primitive> Variant<P> variant(String name, Class<P> primitive, Kernel<P> kernel) {
        return Variant.of(name, primitive, (op, in) -> CpuKernels.isF32(in), kernel);
    }

    private void product(Core.SparseMatMul op, List<Operand> in, List<Operand> out) {
        SparseForms forms = SparseForms.of(in.get(1), in.get(2), op.rows(), op.cols());
        int samples = in.get(3).shape().axis(op.samplesFirst() ? 0 : 1);
        new SparseProducts(forms, op.transposed(), op.samplesFirst()).multiply(workers, samples,
                PackedWeights.of(in.get(0)), floats(in.get(3)), NONE, false, floats(out.get(0)));
    }

    private void linear(Fused.SparseLinear op, List<Operand> in, List<Operand> out) {
        SparseForms forms = SparseForms.of(in.get(2), in.get(3), op.rows(), op.cols());
        new SparseProducts(forms, false, true).multiply(workers, in.get(0).shape().axis(0),
                PackedWeights.of(in.get(1)), floats(in.get(0)), floats(in.get(4)), op.relu(), floats(out.get(0)));
    }

    private void masked(Fused.MaskedLinear op, List<Operand> in, List<Operand> out) {
        Shape weight = in.get(1).shape();
        new MaskedProduct(weight.axis(0), weight.axis(1), floats(in.get(1)), CpuBuffer.ints(in.get(2))).multiply(
                workers, in.get(0).shape().axis(0), floats(in.get(0)), floats(in.get(3)), op.relu(),
                floats(out.get(0)));
    }

    private void sampled(Core.SampledMatMul op, List<Operand> in, List<Operand> out) {
        int features = op.samplesFirst() ? 1 : 0;
        Shape a = in.get(2).shape();
        SparseForms forms =
                SparseForms.of(in.get(0), in.get(1), a.axis(features), in.get(3).shape().axis(features));
        new SparseProducts(forms, false, op.samplesFirst()).sampled(workers, a.axis(1 - features), floats(in.get(2)),
                floats(in.get(3)), floats(out.get(0)));
    }

    private void convolve(Fused.SparseConvolve op, List<Operand> in, List<Operand> out) {
        Shape input = in.get(0).shape();
        ConvShape shape = CpuKernels.shape(op.geometry(), input, op.weight()).oneImage();
        SparseForms forms = SparseForms.of(in.get(2), in.get(3), op.weight().axis(0), shape.taps());
        float[] scale = in.size() > 5 ? floats(in.get(4)) : null;
        float[] shift = in.size() > 4 ? floats(in.get(Math.min(5, in.size() - 1))) : null;
        float[] addend = in.size() == 7 ? floats(in.get(6)) : null;
        forms.filters(shape).convolve(workers, input.axis(0), floats(in.get(1)), floats(in.get(0)),
                new Finish(scale, shift, addend, op.activation()), floats(out.get(0)));
    }
}
