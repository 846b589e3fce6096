package org.espalier.tensor.reference;

import java.util.Arrays;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/** Maximum and average pooling over the planes of NCHW tensors, and the ways back. */
final class PlainPooling {
    private PlainPooling() {}

    static void maxPool(Core.MaxPool op, List<HostArray> in, List<HostArray> out) {
        Window w = op.window();
        Shape shape = in.get(0).shape();
        int height = shape.axis(2);
        int width = shape.axis(3);
        Shape pooled = out.get(0).shape();
        double[] x = in.get(0).reals();
        for (int o = 0; o < pooled.size(); o++) {
            int plane = o / (pooled.axis(2) * pooled.axis(3)) * height * width;
            int top = o / pooled.axis(3) % pooled.axis(2) * w.strideH() - w.padH();
            int left = o % pooled.axis(3) * w.strideW() - w.padW();
            int best = -1;
            for (int row = Math.max(top, 0); row < Math.min(top + w.kernelH(), height); row++) {
                for (int column = Math.max(left, 0); column < Math.min(left + w.kernelW(), width); column++) {
                    int at = row * width + column;
                    if (best < 0 || PlainReductions.beats(x[plane + at], x[plane + best])) {
                        best = at;
                    }
                }
            }
            out.get(0).reals()[o] = x[plane + best];
            out.get(1).ints()[o] = best;
        }
    }

    static void gather(Core.PoolGather op, List<HostArray> in, List<HostArray> out) {
        int plane = planeSize(in.get(0).shape());
        int pooled = planeSize(out.get(0).shape());
        for (int o = 0; o < out.get(0).size(); o++) {
            out.get(0).reals()[o] = in.get(0).reals()[o / pooled * plane + in.get(1).ints()[o]];
        }
    }

    static void scatter(Core.PoolScatter op, List<HostArray> in, List<HostArray> out) {
        int plane = planeSize(op.input());
        int pooled = planeSize(in.get(0).shape());
        double[] y = out.get(0).reals();
        Arrays.fill(y, 0, out.get(0).size(), 0);
        for (int o = 0; o < in.get(0).size(); o++) {
            y[o / pooled * plane + in.get(1).ints()[o]] += in.get(0).reals()[o];
        }
    }

    static void averagePool(Core.AveragePool op, List<HostArray> in, List<HostArray> out) {
        double[] x = in.get(0).reals();
        double[] y = out.get(0).reals();
        Arrays.fill(y, 0, out.get(0).size(), 0);
        visit(op.window(), in.get(0).shape(), (i, o, share) -> y[o] += x[i] * share);
    }

    static void averagePoolData(Core.AveragePoolData op, List<HostArray> in, List<HostArray> out) {
        double[] g = in.get(0).reals();
        double[] y = out.get(0).reals();
        Arrays.fill(y, 0, out.get(0).size(), 0);
        visit(op.window(), op.input(), (i, o, share) -> y[i] += g[o] * share);
    }

    private interface Share {
        void visit(int input, int output, double share);
    }

    private static void visit(Window w, Shape input, Share visitor) {
        Shape pooled = w.outputShape(input);
        int height = input.axis(2);
        int width = input.axis(3);
        for (int o = 0; o < pooled.size(); o++) {
            int plane = o / (pooled.axis(2) * pooled.axis(3)) * height * width;
            int top = o / pooled.axis(3) % pooled.axis(2) * w.strideH() - w.padH();
            int left = o % pooled.axis(3) * w.strideW() - w.padW();
            int rows = Math.min(top + w.kernelH(), height) - Math.max(top, 0);
            int columns = Math.min(left + w.kernelW(), width) - Math.max(left, 0);
            double share = 1.0 / (w.countPadding() ? w.kernelH() * w.kernelW() : rows * columns);
            for (int row = Math.max(top, 0); row < Math.min(top + w.kernelH(), height); row++) {
                for (int column = Math.max(left, 0); column < Math.min(left + w.kernelW(), width); column++) {
                    visitor.visit(plane + row * width + column, o, share);
                }
            }
        }
    }

    private static int planeSize(Shape shape) {
        return shape.axis(2) * shape.axis(3);
    }
}
