package org.espalier.tensor.reference;

import java.util.Arrays;
import java.util.List;
import org.espalier.tensor.primitive.Core;

/** Matrix products, dense and sparse. */
final class PlainProducts {
    private PlainProducts() {}

    static void matMul(Core.MatMul op, List<HostArray> in, List<HostArray> out) {
        double[] a = in.get(0).reals();
        double[] b = in.get(1).reals();
        double[] y = out.get(0).reals();
        int m = out.get(0).shape().axis(0);
        int n = out.get(0).shape().axis(1);
        int k = in.get(0).shape().axis(op.transposeA() ? 0 : 1);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a[op.transposeA() ? p * m + i : i * k + p] * b[op.transposeB() ? j * k + p : p * n + j];
                }
                y[i * n + j] = sum;
            }
        }
    }

    static void sparseMatMul(Core.SparseMatMul op, List<HostArray> in, List<HostArray> out) {
        double[] values = in.get(0).reals();
        int[] starts = in.get(1).ints();
        int[] columns = in.get(2).ints();
        double[] x = in.get(3).reals();
        double[] y = out.get(0).reals();
        int samples = out.get(0).shape().axis(op.samplesFirst() ? 0 : 1);
        int inner = op.transposed() ? op.rows() : op.cols();
        int outer = op.transposed() ? op.cols() : op.rows();
        Arrays.fill(y, 0, out.get(0).size(), 0);
        for (int r = 0; r < op.rows(); r++) {
            for (int z = starts[r]; z < starts[r + 1]; z++) {
                int from = op.transposed() ? r : columns[z];
                int to = op.transposed() ? columns[z] : r;
                for (int s = 0; s < samples; s++) {
                    y[at(op.samplesFirst(), to, s, outer, samples)] +=
                            values[z] * x[at(op.samplesFirst(), from, s, inner, samples)];
                }
            }
        }
    }

    /** The index of a feature of a sample. */
    private static int at(boolean samplesFirst, int feature, int sample, int features, int samples) {
        return samplesFirst ? sample * features + feature : feature * samples + sample;
    }

    static void sampledMatMul(Core.SampledMatMul op, List<HostArray> in, List<HostArray> out) {
        int[] starts = in.get(0).ints();
        int[] columns = in.get(1).ints();
        double[] a = in.get(2).reals();
        double[] b = in.get(3).reals();
        double[] y = out.get(0).reals();
        int features = op.samplesFirst() ? 1 : 0;
        int rows = in.get(2).shape().axis(features);
        int cols = in.get(3).shape().axis(features);
        int samples = in.get(2).shape().axis(1 - features);
        for (int r = 0; r < rows; r++) {
            for (int z = starts[r]; z < starts[r + 1]; z++) {
                double sum = 0;
                for (int s = 0; s < samples; s++) {
                    sum += a[at(op.samplesFirst(), r, s, rows, samples)]
                            * b[at(op.samplesFirst(), columns[z], s, cols, samples)];
                }
                y[z] = sum;
            }
        }
    }
}
