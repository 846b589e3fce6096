package org.espalier.bench.kernel;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;

/**
 * A call worth measuring: a primitive at a size that training the LeNets, or the like, has. Integer inputs hold what their
 * primitive needs: labels, positions, compressed rows.
 *
 * @param name what it is, for tables
 * @param op the primitive
 * @param inputs types and shapes of its inputs
 * @param flops floating-point operations of one call, a multiply-add being two; 0 where memory is what counts
 */
public record Workload(String name, Primitive op, List<Spec> inputs, double flops) {
    private static final int BATCH = 64;

    public Workload {
        inputs = List.copyOf(inputs);
    }

    /** Those that a variant accepts, the one that names it best first. */
    public static List<Workload> of(Variant<?> variant) {
        return all().stream().filter(w -> variant.canRun(w.op(), w.inputs())).toList();
    }

    /** All of them. */
    public static List<Workload> all() {
        List<Workload> all = new ArrayList<>(training());
        all.addAll(products());
        all.addAll(convolutions());
        all.addAll(sparse());
        return List.copyOf(all);
    }

    /** Products of the sizes that {@code bench peers} has: squares, layers, convolutions as products. */
    private static List<Workload> products() {
        List<Workload> products = new ArrayList<>();
        for (int[] size : new int[][] {{256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048},
            {64, 784, 300}, {64, 300, 100}, {4096, 9216, 1}, {4096, 9216, 64}, {50, 500, 4096}, {16, 144, 32768},
            {256, 2304, 784}}) {
            int m = size[0];
            int k = size[1];
            int n = size[2];
            products.add(of("sgemm " + m + "x" + k + "x" + n, new Core.MatMul(false, false), 2.0 * m * k * n,
                    Spec.f32(m, k), Spec.f32(k, n)));
        }
        return products;
    }

    /** Weights in compressed rows, at the shares that Han 2015 keeps: fc1 of LeNet-300-100, AlexNet's fc6, LeNet-5's conv2. */
    private static List<Workload> sparse() {
        List<Workload> sparse = new ArrayList<>();
        for (int batch : new int[] {1, BATCH}) {
            sparse.addAll(sparse("LeNet-300-100 fc1", 300, 784, 18_816, batch));
            sparse.addAll(sparse("AlexNet fc6", 4096, 9216, 3_397_386, batch));
            Shape filters = Shape.of(50, 20, 5, 5);
            Spec image = Spec.f32(batch, 20, 12, 12);
            sparse.add(of("LeNet-5 conv2, 12 % kept, batch " + batch,
                    new Fused.SparseConvolve(ConvGeometry.of(1, 0), filters, Activation.RELU), 2.0 * batch * 3000 * 64,
                    image, Spec.f32(3000), Spec.i32(51), Spec.i32(3000), Spec.f32(50)));
        }
        sparse.add(of("AlexNet fc6, a mask tried that keeps 9 %, batch 64", new Fused.MaskedLinear(true),
                2.0 * BATCH * 4096 * 9216, Spec.f32(BATCH, 9216), Spec.f32(4096, 9216), Spec.i32(4096, 288),
                Spec.f32(4096)));
        return sparse;
    }

    private static List<Workload> sparse(String name, int rows, int cols, int kept, int batch) {
        double flops = 2.0 * kept * batch;
        Spec values = Spec.f32(kept);
        Spec starts = Spec.i32(rows + 1);
        Spec columns = Spec.i32(kept);
        Spec x = Spec.f32(batch, cols);
        Spec y = Spec.f32(batch, rows);
        String what = name + ", " + Math.round(100.0 * kept / rows / cols) + " % kept, batch " + batch;
        return List.of(
                of(what, new Fused.SparseLinear(rows, cols, true), flops, x, values, starts, columns, Spec.f32(rows)),
                of(what + ", without bias", new Core.SparseMatMul(rows, cols, false, true), flops, values, starts,
                        columns, x),
                of(what + ", data gradient", new Core.SparseMatMul(rows, cols, true, true), flops, values, starts,
                        columns, y),
                of(what + ", weight gradient", new Core.SampledMatMul(true), flops, starts, columns, y, x));
    }

    /** Convolutions of ResNet-56, VGG-16 and MobileNetV2, forward and both gradients. */
    private static List<Workload> convolutions() {
        List<Workload> convolutions = new ArrayList<>();
        convolutions.addAll(threeByThree("ResNet-56 stage 1", BATCH, 16, 32, 1));
        convolutions.addAll(threeByThree("ResNet-56 stage 2", BATCH, 32, 16, 1));
        convolutions.addAll(threeByThree("ResNet-56 stage 3", BATCH, 64, 8, 1));
        convolutions.addAll(threeByThree("VGG-16 conv3_2", 4, 256, 56, 1));
        convolutions.addAll(threeByThree("VGG-16 conv5_1", 4, 512, 14, 1));
        convolutions.addAll(threeByThree("MobileNetV2 depthwise", 4, 144, 56, 144));
        convolutions.addAll(threeByThree("MobileNetV2 depthwise, small", 4, 576, 14, 576));
        convolutions.addAll(finished("ResNet-56 stage 3", BATCH, 64, 8, 1));
        convolutions.addAll(finished("MobileNetV2 depthwise", 4, 144, 56, 144));
        return convolutions;
    }

    private static List<Workload> threeByThree(String name, int batch, int channels, int size, int groups) {
        ConvGeometry geometry = ConvGeometry.of(1, 1).withGroups(groups);
        Spec image = Spec.f32(batch, channels, size, size);
        Spec filters = Spec.f32(channels, channels / groups, 3, 3);
        double flops = 2.0 * image.shape().size() * filters.shape().withoutFirst().size();
        return List.of(
                of(name, new Core.Convolve(geometry), flops, image, filters),
                of(name + " data gradient", new Core.ConvolveData(geometry, image.shape()), flops, image, filters),
                of(name + " weight gradient", new Core.ConvolveWeight(geometry, filters.shape()), flops, image,
                        image));
    }

    /** The same with what follows a convolution computed in it. */
    private static List<Workload> finished(String name, int batch, int channels, int size, int groups) {
        ConvGeometry geometry = ConvGeometry.of(1, 1).withGroups(groups);
        Spec image = Spec.f32(batch, channels, size, size);
        Spec filters = Spec.f32(channels, channels / groups, 3, 3);
        Spec each = Spec.f32(channels);
        double flops = 2.0 * image.shape().size() * filters.shape().withoutFirst().size();
        return List.of(
                of(name + " with bias, rectified", new Fused.ConvolveBias(geometry, Activation.RELU), flops, image,
                        filters, each),
                of(name + " scaled, shifted, rectified", new Fused.ConvolveAffine(geometry, Activation.RELU), flops,
                        image,
                        filters,
                        each, each),
                of(name + " scaled, shifted, joined, rectified", new Fused.ConvolveAffine(geometry, Activation.RELU),
                        flops, image, filters, each, each, image));
    }

    /** Batch 64 through the layers of LeNet-300-100 and LeNet-5, and sizes near them for the rest. */
    private static List<Workload> training() {
        Spec x = Spec.f32(BATCH, 784);
        Spec hidden = Spec.f32(BATCH, 300);
        Spec logits = Spec.f32(BATCH, 10);
        Spec labels = Spec.i32(BATCH);
        Spec planes = Spec.f32(BATCH, 20, 24, 24);
        Spec weight = Spec.f32(300, 784);
        Spec scalar = Spec.f32();
        ConvGeometry valid = ConvGeometry.of(1, 0);
        Window halving = Window.of(2, 2);
        Shape pool = Shape.of(BATCH, 20, 12, 12);
        double fc1 = 2.0 * BATCH * 784 * 300;
        double conv2 = 2.0 * BATCH * 1_600_000;
        Spec image = Spec.f32(BATCH, 20, 12, 12);
        Spec filters = Spec.f32(50, 20, 5, 5);
        Spec maps = Spec.f32(BATCH, 50, 8, 8);
        Spec channels = Spec.f32(20);
        return List.of(
                of("fc1 64x784x300", new Fused.Linear(), fc1, x, weight, Spec.f32(300)),
                of("fc1 weight gradient", new Core.MatMul(true, false), fc1, hidden, x),
                of("LeNet-5 conv2", new Core.Convolve(valid), conv2, image, filters),
                of("LeNet-5 conv2 with bias", new Fused.ConvolveBias(valid), conv2, image, filters, Spec.f32(50)),
                of("LeNet-5 conv2 scaled, shifted, rectified", new Fused.ConvolveAffine(valid, Activation.RELU), conv2,
                        image,
                        filters, Spec.f32(50), Spec.f32(50)),
                of("LeNet-5 conv2 data gradient", new Core.ConvolveData(valid, image.shape()), conv2, maps, filters),
                of("LeNet-5 conv2 weight gradient", new Core.ConvolveWeight(valid, filters.shape()), conv2, image,
                        maps),
                of("2x2 maximum", new Core.MaxPool(halving), 0, planes),
                of("2x2 maximum, positions read", new Core.PoolGather(), 0, planes, new Spec(DType.I32, pool)),
                of("2x2 maximum, gradient", new Core.PoolScatter(planes.shape()), 0, image, new Spec(DType.I32, pool)),
                of("AlexNet pool1", new Core.MaxPool(Window.of(3, 2)), 0, Spec.f32(4, 96, 55, 55)),
                of("2x2 mean", new Core.AveragePool(halving), 0, planes),
                of("2x2 mean, gradient", new Core.AveragePoolData(halving, planes.shape()), 0, image),
                of("batch norm", new Fused.BatchNorm(1e-5), 0, planes, channels, channels),
                of("batch norm, gradient", new Fused.BatchNormGradient(1e-5), 0, planes, planes, channels, channels,
                        channels),
                of("batch norm, inference", new Fused.BatchNormInference(1e-5), 0, planes, channels, channels, channels,
                        channels),
                of("softmax", new Fused.Softmax(), 0, logits),
                of("cross-entropy", new Fused.CrossEntropy(0), 0, logits, labels),
                of("cross-entropy, gradient", new Fused.CrossEntropyGradient(0), 0, scalar, logits, labels),
                of("SGD step of fc1", new Fused.SgdStep(1e-6, 0.9, 5e-4, 0, false, true), 0, weight, weight, weight,
                        weight),
                of("dropout", new Fused.Dropout(0.5, 1, 2), 0, planes),
                of("ReLU", new Unary(Unary.Fn.RELU), 0, planes),
                of("ReLU gradient", new Fused.ReluGradient(), 0, planes, planes),
                of("a x + b", new Core.Affine(0.5, 1), 0, planes),
                of("sum of two", new Binary(Binary.Fn.ADD), 0, planes, planes),
                of("bias of rows", new Binary(Binary.Fn.ADD), 0, hidden, Spec.f32(300)),
                of("shift of channels", new Binary(Binary.Fn.ADD), 0, planes, Spec.f32(20, 1, 1)),
                of("scale of channels", new Binary(Binary.Fn.MULTIPLY), 0, planes, Spec.f32(20, 1, 1)),
                of("one where greater", new Binary(Binary.Fn.GREATER), 0, planes, planes),
                of("bias gradient, rows", new Core.Reduce(Core.Reduce.Fn.SUM, List.of(0)), 0, hidden),
                of("sums of rows", new Core.Reduce(Core.Reduce.Fn.SUM, List.of(1)), 0, hidden),
                of("bias gradient, channels", new Core.Reduce(Core.Reduce.Fn.SUM, List.of(0, 2, 3)), 0, planes),
                of("sum of all", new Core.Reduce(Core.Reduce.Fn.SUM, List.of(0)), 0, Spec.f32(planes.shape().size())),
                of("largest logit", new Core.ArgMax(1), 0, logits),
                of("constant", new Core.Fill(DType.F32, planes.shape(), 0), 0),
                of("uniform numbers", new Core.RandomUniform(DType.F32, planes.shape(), 1, 2), 0),
                of("F32 to F64", new Core.Cast(DType.F64), 0, hidden),
                of("transpose", new Core.Permute(List.of(1, 0)), 0, x),
                of("a row repeated", new Core.Expand(hidden.shape()), 0, Spec.f32(300)),
                of("every second pixel",
                        new Core.Slice(List.of(0, 0, 0, 0), List.of(BATCH, 20, 12, 12), List.of(1, 1, 2, 2)), 0,
                        planes),
                of("every second pixel, gradient",
                        new Core.Unslice(planes.shape(), List.of(0, 0, 0, 0), List.of(1, 1, 2, 2)), 0, image),
                of("channels joined", new Core.Concat(1), 0, planes, planes),
                of("channels picked", new Core.Gather(1), 0, planes, Spec.i32(10)),
                of("channels picked, gradient", new Core.ScatterAdd(1, 20), 0, Spec.f32(BATCH, 10, 24, 24),
                        Spec.i32(10)),
                of("bits to ones and zeros", new Core.UnpackBits(784, DType.F32), 0, Spec.i32(300, 25)),
                of("one-hot labels", new Core.OneHot(10, DType.F32), 0, labels));
    }

    private static Workload of(String name, Primitive op, double flops, Spec... inputs) {
        return new Workload(name, op, List.of(inputs), flops);
    }
}
