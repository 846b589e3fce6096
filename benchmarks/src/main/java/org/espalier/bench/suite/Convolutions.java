package org.espalier.bench.suite;

import java.util.List;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Entrant;
import org.espalier.bench.measure.Work;
import org.espalier.bench.ours.BackendCalls;
import org.espalier.bench.peer.Libtorch;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;

/**
 * A convolution against libtorch, and both of its gradients. Operands are NCHW on both sides; a change of layout is part of
 * the work.
 *
 * @param name whose layer it is
 * @param input {@code [n,c,h,w]}
 * @param weight {@code [o,c/groups,kh,kw]}
 * @param geometry stride, padding, groups
 */
record Convolutions(String name, Shape input, Shape weight, ConvGeometry geometry) {
    private static final double TOLERANCE = 2e-5;

    static List<Convolutions> all() {
        return List.of(
                new Convolutions("LeNet-5 conv1", Shape.of(64, 1, 28, 28), Shape.of(20, 1, 5, 5),
                        ConvGeometry.of(1, 0)),
                new Convolutions("LeNet-5 conv2", Shape.of(64, 20, 12, 12), Shape.of(50, 20, 5, 5),
                        ConvGeometry.of(1, 0)),
                same("ResNet-56 stage 1", 64, 16, 32, 16),
                same("ResNet-56 stage 2", 64, 32, 16, 32),
                same("ResNet-56 stage 3", 64, 64, 8, 64),
                same("VGG-16 conv3_2", 4, 256, 56, 256),
                same("VGG-16 conv5_1", 4, 512, 14, 512),
                depthwise("MobileNetV2 depthwise", 4, 144, 56),
                depthwise("MobileNetV2 depthwise", 4, 576, 14));
    }

    /** 3x3, padded by one. */
    private static Convolutions same(String name, int batch, int in, int size, int out) {
        return new Convolutions(name, Shape.of(batch, in, size, size), Shape.of(out, in, 3, 3), ConvGeometry.of(1, 1));
    }

    private static Convolutions depthwise(String name, int batch, int channels, int size) {
        return new Convolutions(name, Shape.of(batch, channels, size, size), Shape.of(channels, 1, 3, 3),
                ConvGeometry.of(1, 1).withGroups(channels));
    }

    Contest forward(Libtorch torch, int threads) {
        Work work = work("forward", 1);
        return new Contest(work, threads, "libtorch", () -> oursForward(threads),
                () -> torch.convolution(threads, geometry, torchShape(input), x(), torchShape(weight), w()), true,
                TOLERANCE);
    }

    Contest gradients(Libtorch torch, int threads) {
        Work work = work("gradients", 2);
        return new Contest(work, threads, "libtorch", () -> oursGradients(threads),
                () -> torch.gradients(threads, geometry, torchShape(input), x(), torchShape(weight), w(), dy()), true,
                TOLERANCE);
    }

    private Work work(String direction, int products) {
        Shape out = output();
        double flops = 2.0 * products * out.size() * weight.withoutFirst().size();
        double bytes = 4.0 * products * ((double) input.size() + weight.size() + out.size());
        String kernel = weight.axis(2) + "x" + weight.axis(3);
        return new Work("convolution " + kernel + (geometry.groups() > 1 ? " depthwise " : " ") + direction, name,
                input + " to " + out.axis(1), flops, bytes, input.axis(0));
    }

    private Entrant oursForward(int threads) {
        CpuBackend backend = new CpuBackend(threads);
        return new BackendCalls(backend).with(new Core.Convolve(geometry), Tensor.of(backend, input, x()),
                Tensor.of(backend, weight, w()));
    }

    private Entrant oursGradients(int threads) {
        CpuBackend backend = new CpuBackend(threads);
        Tensor dy = Tensor.of(backend, output(), dy());
        return new BackendCalls(backend)
                .with(new Core.ConvolveData(geometry, input), dy, Tensor.of(backend, weight, w()))
                .with(new Core.ConvolveWeight(geometry, weight), Tensor.of(backend, input, x()), dy);
    }

    private Shape output() {
        return geometry.outputShape(input, weight);
    }

    private float[] x() {
        return Numbers.uniform(input.size(), 1);
    }

    private float[] w() {
        return Numbers.uniform(weight.size(), 2);
    }

    private float[] dy() {
        return Numbers.uniform(output().size(), 3);
    }

    private static ai.djl.ndarray.types.Shape torchShape(Shape shape) {
        return new ai.djl.ndarray.types.Shape(shape.axis(0), shape.axis(1), shape.axis(2), shape.axis(3));
    }
}
