package org.espalier.tensor.cpu;

import static org.espalier.tensor.cpu.CpuBuffer.floats;
import static org.espalier.tensor.cpu.CpuBuffer.ints;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** The fast F32 variants of elementwise primitives and reductions. */
final class CpuElementwise {
    private final Workers workers;

    CpuElementwise(Workers workers) {
        this.workers = workers;
    }

    void addTo(List<Variant<?>> all) {
        all.add(Variant.of("unary.lanes", Unary.class, (op, in) -> CpuKernels.isF32(in), this::unary));
        all.add(Variant.of("affine.lanes", Core.Affine.class, (op, in) -> CpuKernels.isF32(in),
                (op, in, out) -> Elementwise.scaleShift(
                        workers, size(out), (float) op.scale(), floats(in.get(0)), (float) op.shift(),
                        floats(out.get(0)))));
        all.add(Variant.of("binary.lanes", Binary.class, f32(CpuElementwise::isPlainPair), this::binary));
        all.add(Variant.of("binary.broadcast", Binary.class, f32((op, in) -> !isPlainPair(op, in)),
                (op, in, out) -> Broadcast.apply(workers, op.fn(), in.get(0).shape(), floats(in.get(0)),
                        in.get(1).shape(), floats(in.get(1)), out.get(0).shape(), floats(out.get(0)))));
        all.add(Variant.of("relugradient.lanes", Fused.ReluGradient.class, (op, in) -> CpuKernels.isF32(in),
                (op, in, out) -> Elementwise.reluGradient(workers, size(out), floats(in.get(1)), floats(in.get(0)),
                        floats(out.get(0)))));
        all.add(Variant.of("reduce.rows", Core.Reduce.class, f32((op, in) -> isOver(op, in, 1)), this::overRows));
        all.add(Variant.of("reduce.columns", Core.Reduce.class,
                f32((op, in) -> op.fn() == Core.Reduce.Fn.SUM && isOver(op, in, 0)),
                (op, in, out) -> Reductions.sumOfColumns(workers, in.get(0).shape().axis(0), in.get(0).shape().axis(1),
                        floats(in.get(0)),
                        floats(out.get(0)))));
        all.add(Variant.of("reduce.channels", Core.Reduce.class, f32(CpuElementwise::isOverAllButChannels),
                (op, in, out) -> {
                    Shape x = in.get(0).shape();
                    Reductions.sumOfChannels(workers, x.axis(0), x.axis(1), x.axis(2) * x.axis(3), floats(in.get(0)),
                            floats(out.get(0)));
                }));
        all.add(Variant.of("reduce.all", Core.Reduce.class, f32(CpuElementwise::isOverVector), this::overVector));
        all.add(Variant.of("argmax.rows", Core.ArgMax.class, f32(CpuElementwise::isInRows),
                (op, in, out) -> Reductions.argMaxOfRows(workers, in.get(0).shape().axis(0), in.get(0).shape().axis(1),
                        floats(in.get(0)), ints(out.get(0)))));
        all.add(Variant.of("fill.loop", Core.Fill.class, (op, in) -> op.dtype() == DType.F32,
                (op, in, out) -> Arrays.fill(floats(out.get(0)), 0, size(out), (float) op.value())));
        all.add(Variant.of("randomuniform.blocks", Core.RandomUniform.class, (op, in) -> op.dtype() == DType.F32,
                (op, in, out) -> PhiloxFill.uniform(workers, op.seed(), op.stream(), size(out), floats(out.get(0)))));
        all.add(Variant.of("dropout.blocks", Fused.Dropout.class, (op, in) -> CpuKernels.isF32(in), this::dropout));
    }

    private static <P> BiPredicate<P, List<Spec>> f32(BiPredicate<P, List<Spec>> accepts) {
        return (op, in) -> CpuKernels.isF32(in) && accepts.test(op, in);
    }

    private static int size(List<Operand> out) {
        return out.get(0).shape().size();
    }

    private void unary(Unary op, List<Operand> in, List<Operand> out) {
        int n = size(out);
        float[] x = floats(in.get(0));
        float[] y = floats(out.get(0));
        switch (op.fn()) {
            case NEGATE -> Elementwise.negate(workers, n, x, y);
            case EXP -> Transcendental.exp(workers, n, x, y);
            case LOG -> Transcendental.log(workers, n, x, y);
            case SQRT -> Elementwise.squareRoot(workers, n, x, y);
            case RECIPROCAL -> Elementwise.reciprocal(workers, n, x, y);
            case TANH -> Transcendental.tanh(workers, n, x, y);
            case ABS -> Elementwise.absolute(workers, n, x, y);
            case SIGN -> Elementwise.sign(workers, n, x, y);
            case RELU -> Elementwise.relu(workers, n, x, y);
            case STEP -> Elementwise.step(workers, n, x, y);
        }
    }

    /** Equal shapes, no broadcasting. */
    private static boolean isPlainPair(Binary op, List<Spec> in) {
        return in.get(0).shape().equals(in.get(1).shape());
    }

    private void binary(Binary op, List<Operand> in, List<Operand> out) {
        int n = size(out);
        float[] a = floats(in.get(0));
        float[] b = floats(in.get(1));
        float[] y = floats(out.get(0));
        switch (op.fn()) {
            case ADD -> Elementwise.add(workers, n, a, b, y);
            case SUBTRACT -> Elementwise.subtract(workers, n, a, b, y);
            case MULTIPLY -> Elementwise.multiply(workers, n, a, b, y);
            case DIVIDE -> Elementwise.divide(workers, n, a, b, y);
            case MAX -> Elementwise.maximum(workers, n, a, b, y);
            case MIN -> Elementwise.minimum(workers, n, a, b, y);
            case EQUAL -> Elementwise.equal(workers, n, a, b, y);
            case GREATER -> Elementwise.greater(workers, n, a, b, y);
        }
    }

    private static boolean isInRows(Core.ArgMax op, List<Spec> in) {
        return in.get(0).shape().rank() == 2 && (op.axis() == 1 || op.axis() == -1);
    }

    private static boolean isOver(Core.Reduce op, List<Spec> in, int axis) {
        return in.get(0).shape().rank() == 2 && op.axes().size() == 1 && op.axes().get(0) == axis;
    }

    private static boolean isOverAllButChannels(Core.Reduce op, List<Spec> in) {
        return op.fn() == Core.Reduce.Fn.SUM && in.get(0).shape().rank() == 4 && op.axes().equals(List.of(0, 2, 3));
    }

    private static boolean isOverVector(Core.Reduce op, List<Spec> in) {
        return in.get(0).shape().rank() == 1 && op.axes().equals(List.of(0));
    }

    private void overRows(Core.Reduce op, List<Operand> in, List<Operand> out) {
        int rows = in.get(0).shape().axis(0);
        int columns = in.get(0).shape().axis(1);
        switch (op.fn()) {
            case SUM -> Reductions.sumOfRows(workers, rows, columns, floats(in.get(0)), floats(out.get(0)));
            case MAX -> Reductions.maxOfRows(workers, rows, columns, floats(in.get(0)), floats(out.get(0)));
        }
    }

    private void overVector(Core.Reduce op, List<Operand> in, List<Operand> out) {
        int n = in.get(0).shape().size();
        switch (op.fn()) {
            case SUM -> Reductions.sumAll(workers, n, floats(in.get(0)), floats(out.get(0)));
            case MAX -> Reductions.maxAll(workers, n, floats(in.get(0)), floats(out.get(0)));
        }
    }

    /** x where the uniform number is not below the rate, scaled; the same choice as in the lowering. */
    private void dropout(Fused.Dropout op, List<Operand> in, List<Operand> out) {
        float[] x = floats(in.get(0));
        float[] y = floats(out.get(0));
        double rate = op.rate(); // rounded to F32 it could be one of the numbers
        float scale = (float) (1 / (1 - op.rate()));
        PhiloxFill.uniform(workers, op.seed(), op.stream(), size(out), y);
        Chunks.run(workers, size(out), 4, (from, end) -> {
            for (int i = from; i < end; i++) {
                y[i] = x[i] * (y[i] < rate ? 0f : scale);
            }
        });
    }
}
