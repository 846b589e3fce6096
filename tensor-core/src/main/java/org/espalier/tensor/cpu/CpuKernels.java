package org.espalier.tensor.cpu;

import static org.espalier.tensor.cpu.CpuBuffer.floats;
import static org.espalier.tensor.cpu.CpuBuffer.ints;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.espalier.tensor.backend.Kernel;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;

/**
 * The fast F32 variants, in the order in which they are asked: what ties the primitives to the kernels of this package.
 * Everything else, and all F64, is left to the plain kernels behind them.
 */
final class CpuKernels {
    private final Workers workers;
    private final List<Variant<?>> all = new ArrayList<>();

    private CpuKernels(Workers workers) {
        this.workers = workers;
    }

    static List<Variant<?>> fast(Workers workers) {
        CpuKernels kernels = new CpuKernels(workers);
        kernels.products();
        new SparseVariants(workers).addTo(kernels.all);
        kernels.convolutions();
        kernels.pooling();
        kernels.normalisation();
        kernels.training();
        new CpuElementwise(workers).addTo(kernels.all);
        new CpuMoves(workers).addTo(kernels.all);
        return kernels.all;
    }

    /** True if the first real operand, and so all of them, is F32. */
    static boolean isF32(List<Spec> in) {
        for (Spec spec : in) {
            if (spec.dtype().isReal()) {
                return spec.dtype() == DType.F32;
            }
        }
        return false;
    }

    private <P extends Primitive> void add(String name, Class<P> primitive, Kernel<P> kernel) {
        add(name, primitive, (op, in) -> true, kernel);
    }

    private <P extends Primitive> void add(String name, Class<P> primitive, BiPredicate<P, List<Spec>> accepts,
            Kernel<P> kernel) {
        all.add(Variant.of(name, primitive, (op, in) -> isF32(in) && accepts.test(op, in), kernel));
    }

    private void products() {
        add("matmul.packed", Core.MatMul.class, (op, in, out) -> {
            Shape c = out.get(0).shape();
            int depth = in.get(0).shape().axis(op.transposeA() ? 0 : 1);
            Gemm.multiply(workers, op.transposeA(), op.transposeB(), c.axis(0), c.axis(1), depth, floats(in.get(0)),
                    floats(in.get(1)),
                    floats(out.get(0)), false);
        });
        add("linear.packed", Fused.Linear.class, (op, in, out) -> {
            Shape c = out.get(0).shape();
            Gemm.multiplyAddBias(workers, false, true, c.axis(0), c.axis(1), in.get(0).shape().axis(1),
                    floats(in.get(0)),
                    floats(in.get(1)), floats(in.get(2)), op.relu(), floats(out.get(0)));
        });
    }

    private void convolutions() {
        for (ConvolutionWay way : ConvolutionWay.values()) {
            convolutions(way);
        }
    }

    private void convolutions(ConvolutionWay way) {
        add("convolve." + way.label(), Core.Convolve.class,
                (op, in) -> way.servesForward(shape(op.geometry(), in.get(0).shape(), in.get(1).shape())),
                (op, in, out) -> convolve(way, op.geometry(), in, Finish.NONE, out));
        add("convolvebias." + way.label(), Fused.ConvolveBias.class,
                (op, in) -> way.servesForward(shape(op.geometry(), in.get(0).shape(), in.get(1).shape())),
                (op, in, out) -> convolve(way, op.geometry(), in,
                        new Finish(null, floats(in.get(2)), null, op.activation()),
                        out));
        add("convolveaffine." + way.label(), Fused.ConvolveAffine.class,
                (op, in) -> way.servesForward(shape(op.geometry(), in.get(0).shape(), in.get(1).shape())),
                (op, in, out) -> convolve(way, op.geometry(), in,
                        new Finish(floats(in.get(2)), floats(in.get(3)), in.size() == 5 ? floats(in.get(4)) : null,
                                op.activation()),
                        out));
        add("convolvedata." + way.label(), Core.ConvolveData.class,
                (op, in) -> way.servesData(shape(op.geometry(), op.input(), in.get(1).shape())),
                (op, in, out) -> way.data(workers, shape(op.geometry(), op.input(), in.get(1).shape()),
                        floats(in.get(0)), PackedWeights.of(in.get(1)), floats(out.get(0))));
        if (way.hasWeight()) {
            add("convolveweight." + way.label(), Core.ConvolveWeight.class,
                    (op, in) -> way.servesWeight(shape(op.geometry(), in.get(0).shape(), op.weight())),
                    (op, in, out) -> way.weight(workers, shape(op.geometry(), in.get(0).shape(), op.weight()),
                            floats(in.get(0)), floats(in.get(1)), floats(out.get(0)), false));
        }
    }

    private void convolve(ConvolutionWay way, ConvGeometry geometry, List<Operand> in, Finish finish,
            List<Operand> out) {
        way.forward(workers, shape(geometry, in.get(0).shape(), in.get(1).shape()), floats(in.get(0)),
                PackedWeights.of(in.get(1)), finish, floats(out.get(0)));
    }

    static ConvShape shape(ConvGeometry g, Shape input, Shape weight) {
        return new ConvShape(input.axis(0), input.axis(1), input.axis(2), input.axis(3), weight.axis(0), weight.axis(2),
                weight.axis(3),
                g.strideH(), g.strideW(), g.padH(), g.padW(), g.dilationH(), g.dilationW(), g.groups());
    }

    private void pooling() {
        add("maxpool.lanes", Core.MaxPool.class, (op, in, out) -> Pooling.max(
                workers, shape(op.window(), in.get(0).shape()), floats(in.get(0)), floats(out.get(0)),
                ints(out.get(1))));
        add("averagepool.rows", Core.AveragePool.class, (op, in, out) -> AveragePooling.forward(
                workers, shape(op.window(), in.get(0).shape()), op.window().countPadding(), floats(in.get(0)),
                floats(out.get(0))));
        add("averagepooldata.rows", Core.AveragePoolData.class, (op, in, out) -> AveragePooling.gradient(
                workers, shape(op.window(), op.input()), op.window().countPadding(), floats(in.get(0)),
                floats(out.get(0))));
        add("poolscatter.planes", Core.PoolScatter.class, (op, in, out) -> {
            Shape planes = op.input();
            Shape pooled = in.get(0).shape();
            Pooling.scatter(workers, planes.axis(0) * planes.axis(1), planes.axis(2) * planes.axis(3),
                    pooled.axis(2) * pooled.axis(3), floats(in.get(0)), ints(in.get(1)), floats(out.get(0)));
        });
    }

    private static PoolShape shape(Window w, Shape input) {
        return new PoolShape(input.axis(0) * input.axis(1), input.axis(2), input.axis(3), w.kernelH(), w.kernelW(),
                w.strideH(),
                w.strideW(), w.padH(), w.padW(), false);
    }

    private void normalisation() {
        add("batchnorm.channels", Fused.BatchNorm.class, (op, in, out) -> {
            Shape x = in.get(0).shape();
            BatchNorm.forward(workers, x.axis(0), x.axis(1), area(x), floats(in.get(0)), floats(in.get(1)),
                    floats(in.get(2)),
                    (float) op.epsilon(), floats(out.get(0)), floats(out.get(1)), floats(out.get(2)),
                    Scratch.mine().partial(x.axis(1)));
        });
        add("batchnormgradient.channels", Fused.BatchNormGradient.class, (op, in, out) -> {
            Shape x = in.get(1).shape();
            float[] variance = floats(in.get(4));
            float[] inverse = Scratch.mine().partial(x.axis(1));
            for (int c = 0; c < x.axis(1); c++) {
                inverse[c] = (float) (1 / Math.sqrt(variance[c] + op.epsilon()));
            }
            BatchNorm.backward(workers, x.axis(0), x.axis(1), area(x), floats(in.get(1)), floats(in.get(2)),
                    floats(in.get(3)), inverse,
                    floats(in.get(0)), floats(out.get(0)), floats(out.get(1)), floats(out.get(2)));
        });
        add("batchnorminference.planes", Fused.BatchNormInference.class, (op, in, out) -> {
            Shape x = in.get(0).shape();
            BatchNorm.inference(workers, x.axis(0), x.axis(1), area(x), floats(in.get(0)), floats(in.get(1)),
                    floats(in.get(2)),
                    floats(in.get(3)), floats(in.get(4)), (float) op.epsilon(), floats(out.get(0)));
        });
    }

    /** Elements of one channel of one sample; 1 for [n,c]. */
    private static int area(Shape x) {
        int area = 1;
        for (int axis = 2; axis < x.rank(); axis++) {
            area *= x.axis(axis);
        }
        return area;
    }

    private void training() {
        add("softmax.lanes", Fused.Softmax.class, (op, in, out) -> SoftmaxCrossEntropy.softmax(
                workers, rows(in.get(0)), classes(in.get(0)), floats(in.get(0)), floats(out.get(0))));
        add("crossentropy.lanes", Fused.CrossEntropy.class, (op, in, out) -> {
            int rows = rows(in.get(0));
            int classes = classes(in.get(0));
            float[] scratch = Scratch.mine().patches(rows * classes);
            SoftmaxCrossEntropy.forward(workers, rows, classes, floats(in.get(0)), ints(in.get(1)),
                    (float) op.smoothing(), scratch,
                    Scratch.mine().partial(rows), floats(out.get(0)));
        });
        add("crossentropygradient.lanes", Fused.CrossEntropyGradient.class, (op, in, out) -> {
            int rows = rows(in.get(1));
            float[] result = floats(out.get(0));
            SoftmaxCrossEntropy.softmax(workers, rows, classes(in.get(1)), floats(in.get(1)), result);
            SoftmaxCrossEntropy.gradient(workers, rows, classes(in.get(1)), result, ints(in.get(2)),
                    (float) op.smoothing(),
                    floats(in.get(0))[0] / rows, result);
        });
        add("sgdstep.lanes", Fused.SgdStep.class, (op, in, out) -> {
            var step = new SgdStep((float) op.rate(), (float) op.momentum(), (float) op.l2(), (float) op.l1(),
                    op.nesterov());
            step.apply(workers, in.get(0).shape().size(), floats(in.get(0)), floats(in.get(1)), floats(in.get(2)),
                    op.masked() ? floats(in.get(3)) : null);
        });
    }

    private static int rows(Operand matrix) {
        return matrix.shape().axis(0);
    }

    private static int classes(Operand matrix) {
        return matrix.shape().axis(1);
    }
}
