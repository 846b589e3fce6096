package org.espalier.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Entrant;
import org.espalier.bench.measure.Work;
import org.espalier.bench.ours.BackendCalls;
import org.espalier.bench.peer.OpenBlas;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.Shape;

/**
 * Matrix products against OpenBLAS.
 *
 * @param group what the table counts it with
 * @param form which operand is stored transposed: NN, NT or TN
 * @param m rows of the result
 * @param k length of the sums
 * @param n columns of the result
 */
record Products(String group, Form form, int m, int k, int n) {
    private static final double TOLERANCE = 1e-5;

    /** N as it is, T transposed: the left operand, then the right. */
    enum Form {
        NN, NT, TN
    }

    /** Squares, then a batch through LeNet-300-100, AlexNet's fc6, and convolutions as products. */
    static List<Products> all() {
        List<Products> all = new ArrayList<>();
        for (int n : List.of(256, 512, 1024, 2048)) {
            all.add(new Products("sgemm squares", Form.NN, n, n, n));
        }
        for (int[] layer : new int[][] {{64, 784, 300}, {64, 300, 100}}) {
            all.add(new Products("sgemm layers", Form.NN, layer[0], layer[1], layer[2]));
            // the forward pass and the weight gradient of a dense layer
            all.add(new Products("sgemm layers", Form.NT, layer[0], layer[1], layer[2]));
            all.add(new Products("sgemm layers", Form.TN, layer[2], layer[0], layer[1]));
        }
        all.add(new Products("sgemm layers", Form.NN, 4096, 9216, 64));
        for (int[] layer : new int[][] {{50, 500, 4096}, {16, 144, 32768}, {256, 2304, 784}}) {
            all.add(new Products("sgemm layers", Form.NN, layer[0], layer[1], layer[2]));
        }
        all.add(new Products("matrix-vector", Form.NN, 4096, 9216, 1));
        return all;
    }

    /** {@code MxKxN}, and a form behind a colon if it is not NN. */
    static Products parse(String text) {
        String[] parts = text.split(":", -1);
        String[] sizes = parts[0].split("x", -1);
        try {
            if (sizes.length == 3 && parts.length <= 2) {
                Form form = parts.length == 1 ? Form.NN : Form.valueOf(parts[1].toUpperCase(Locale.ROOT));
                int m = Integer.parseInt(sizes[0]);
                int k = Integer.parseInt(sizes[1]);
                int n = Integer.parseInt(sizes[2]);
                if (m > 0 && k > 0 && n > 0 && (long) m * k <= 1 << 29 && (long) k * n <= 1 << 29
                        && (long) m * n <= 1 << 29) {
                    return new Products(n == 1 ? "matrix-vector" : "sgemm", form, m, k, n);
                }
            }
        } catch (IllegalArgumentException notANumber) {
            // told below
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no product: MxKxN is expected, such as 64x784x300 or 64x784x300:NT, of at most 2^29 "
                        + "numbers a matrix");
    }

    Contest contest(OpenBlas blas, int threads) {
        double bytes = 4.0 * ((double) m * k + (double) k * n + (double) m * n);
        Work work = new Work(group, form.toString(), m + "x" + k + "x" + n, 2.0 * m * k * n, bytes, 0);
        return new Contest(work, threads, "OpenBLAS", () -> ours(threads), () -> blas.product(
                threads, form == Form.TN, form == Form.NT, m, n, k, left(), right()), true, TOLERANCE);
    }

    private Entrant ours(int threads) {
        CpuBackend backend = new CpuBackend(threads);
        Shape left = form == Form.TN ? Shape.of(k, m) : Shape.of(m, k);
        Shape right = form == Form.NT ? Shape.of(n, k) : Shape.of(k, n);
        return new BackendCalls(backend).with(new Core.MatMul(form == Form.TN, form == Form.NT),
                Tensor.of(backend, left, left()), Tensor.of(backend, right, right()));
    }

    private float[] left() {
        return Numbers.uniform(m * k, 1);
    }

    private float[] right() {
        return Numbers.uniform(k * n, 2);
    }
}
