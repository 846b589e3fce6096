package org.espalier.tensor.reference;

import java.util.Arrays;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;

/**
 * The convolution and its two gradients. All three visit the same triples of (input element, weight, output element) and
 * differ only in which of them is summed up.
 */
final class PlainConvolution {
    private PlainConvolution() {}

    /** Called for each product of the convolution, with flat indices. */
    private interface Triple {
        void visit(int input, int weight, int output);
    }

    static void forward(Core.Convolve op, List<HostArray> in, List<HostArray> out) {
        double[] x = in.get(0).reals();
        double[] w = in.get(1).reals();
        double[] y = out.get(0).reals();
        Arrays.fill(y, 0, out.get(0).size(), 0);
        visit(op.geometry(), in.get(0).shape(), in.get(1).shape(), (i, k, o) -> y[o] += x[i] * w[k]);
    }

    static void data(Core.ConvolveData op, List<HostArray> in, List<HostArray> out) {
        double[] g = in.get(0).reals();
        double[] w = in.get(1).reals();
        double[] y = out.get(0).reals();
        Arrays.fill(y, 0, out.get(0).size(), 0);
        visit(op.geometry(), op.input(), in.get(1).shape(), (i, k, o) -> y[i] += g[o] * w[k]);
    }

    static void weight(Core.ConvolveWeight op, List<HostArray> in, List<HostArray> out) {
        double[] x = in.get(0).reals();
        double[] g = in.get(1).reals();
        double[] y = out.get(0).reals();
        Arrays.fill(y, 0, out.get(0).size(), 0);
        visit(op.geometry(), in.get(0).shape(), op.weight(), (i, k, o) -> y[k] += x[i] * g[o]);
    }

    private static void visit(ConvGeometry g, Shape input, Shape weight, Triple triple) {
        Shape output = g.outputShape(input, weight);
        int perGroup = weight.axis(0) / g.groups();
        for (int n = 0; n < input.axis(0); n++) {
            for (int o = 0; o < weight.axis(0); o++) {
                int firstChannel = o / perGroup * weight.axis(1);
                for (int y = 0; y < output.axis(2); y++) {
                    for (int x = 0; x < output.axis(3); x++) {
                        int to = ((n * output.axis(1) + o) * output.axis(2) + y) * output.axis(3) + x;
                        visitKernel(g, input, weight, n, firstChannel, o, y, x, to, triple);
                    }
                }
            }
        }
    }

    private static void visitKernel(
            ConvGeometry g, Shape input, Shape weight, int n, int firstChannel, int o, int y, int x, int to,
            Triple triple) {
        for (int c = 0; c < weight.axis(1); c++) {
            for (int kh = 0; kh < weight.axis(2); kh++) {
                int row = y * g.strideH() - g.padH() + kh * g.dilationH();
                if (row < 0 || row >= input.axis(2)) {
                    continue;
                }
                for (int kw = 0; kw < weight.axis(3); kw++) {
                    int column = x * g.strideW() - g.padW() + kw * g.dilationW();
                    if (column >= 0 && column < input.axis(3)) {
                        int from =
                                ((n * input.axis(1) + firstChannel + c) * input.axis(2) + row) * input.axis(3) + column;
                        int k = ((o * weight.axis(1) + c) * weight.axis(2) + kh) * weight.axis(3) + kw;
                        triple.visit(from, k, to);
                    }
                }
            }
        }
    }
}
