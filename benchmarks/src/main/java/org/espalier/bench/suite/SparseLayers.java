package org.espalier.bench.suite;

import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Entrant;
import org.espalier.bench.measure.Work;
import org.espalier.bench.ours.BackendCalls;
import org.espalier.bench.peer.Libtorch;
import org.espalier.bench.peer.OpenBlas;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * A fully connected layer of which a random share is kept: each of its products on compressed rows against the dense one.
 * The dense side has weights of which the removed ones are 0, so that it gives the same.
 *
 * @param name whose layer it is
 * @param rows outputs
 * @param cols inputs
 * @param kept share of the weights that is kept
 * @param batch samples
 */
record SparseLayers(String name, int rows, int cols, double kept, int batch) {
    /** What the dense product on our own engine is called; weights kept dense with a mask run it too. */
    static final String OUR_DENSE = "ours, dense or masked";

    static final String OPENBLAS = "OpenBLAS";
    static final String LIBTORCH = "libtorch";

    private static final double TOLERANCE = 1e-5;
    /** A kept weight is a float and its column's index, 16 bits where they do. */
    private static final int KEPT_BYTES = 6;

    private static final long INPUT = 3;
    private static final long GRADIENT = 4;

    private enum Pass {
        FORWARD("fully connected"), DATA_GRADIENT("data gradient"), WEIGHT_GRADIENT("weight gradient where kept"),
        MASKED("masked product");

        private final String group;

        Pass(String group) {
            this.group = group;
        }
    }

    SparseContest against(OpenBlas blas, int threads, Goal goal) {
        return contest(Pass.FORWARD, threads, OPENBLAS, this::sparse, (weights, t) -> blas(blas, t, weights.dense()),
                goal);
    }

    SparseContest against(Libtorch torch, int threads) {
        return contest(Pass.FORWARD, threads, LIBTORCH, this::sparse, (weights, t) -> torch.linear(t, batch, cols, rows,
                x(), weights.dense()), Goal.NONE);
    }

    SparseContest againstDense(int threads) {
        return contest(Pass.FORWARD, threads, OUR_DENSE, this::sparse, this::dense, Goal.NONE);
    }

    /** The same work by one thread; results are the same bits. */
    SparseContest againstOneThread(int threads, Goal goal) {
        return contest(Pass.FORWARD, threads, "ours, 1 thread", this::sparse, (weights, _) -> sparse(weights, 1), goal);
    }

    /** The gradient of the input. */
    SparseContest dataGradient(OpenBlas blas, int threads) {
        return contest(Pass.DATA_GRADIENT, threads, OPENBLAS, (weights, t) -> {
            CpuBackend backend = new CpuBackend(t);
            return new BackendCalls(backend).with(new Core.SparseMatMul(rows, cols, true, true),
                    weights.values(backend),
                    weights.rowStarts(backend), weights.columns(backend), gradient(backend));
        }, (weights, t) -> batch == 1
                ? blas.product(t, true, false, cols, 1, rows, weights.dense(), g())
                : blas.product(t, false, false, batch, cols, rows, g(), weights.dense()), Goal.NONE);
    }

    /** The gradient of the weights, on our side where they are kept alone. */
    SparseContest weightGradient(OpenBlas blas, int threads, Goal goal) {
        return contest(Pass.WEIGHT_GRADIENT, threads, OPENBLAS, (weights, t) -> {
            CpuBackend backend = new CpuBackend(t);
            return new BackendCalls(backend).with(new Core.SampledMatMul(true), weights.rowStarts(backend),
                    weights.columns(backend), gradient(backend), input(backend));
        }, (weights, t) -> new Picked(blas.product(t, true, false, rows, cols, batch, g(), x()), weights.positions()),
                goal);
    }

    /** A mask tried on weights that are all there, against masked weights written, then multiplied. */
    SparseContest masked(OpenBlas blas, int threads, Goal goal) {
        return contest(Pass.MASKED, threads, "writing, then OpenBLAS", (weights, t) -> {
            CpuBackend backend = new CpuBackend(t);
            return new BackendCalls(backend).with(new Fused.MaskedLinear(false), input(backend),
                    Tensor.of(backend, Shape.of(rows, cols), weights.full()), weights.bits(backend), bias(backend));
        }, (weights, t) -> {
            float[] masked = new float[rows * cols];
            return new MaskedThenMultiplied(weights.full(), weights.mask(), masked, blas(blas, t, masked));
        }, goal);
    }

    private SparseContest contest(Pass pass, int threads, String peer, BiFunction<PrunedMatrix, Integer, Entrant> ours,
            BiFunction<PrunedMatrix, Integer, Entrant> theirs, Goal goal) {
        Supplier<PrunedMatrix> weights = () -> PrunedMatrix.of(Shape.of(rows, cols), kept);
        return new SparseContest(new Contest(work(pass, pass != Pass.MASKED), threads, peer,
                () -> ours.apply(weights.get(), threads), () -> theirs.apply(weights.get(), threads), true, TOLERANCE),
                work(pass, peer.startsWith("ours, 1")), goal);
    }

    private Work work(Pass pass, boolean sparse) {
        double weights = (double) rows * cols * (sparse ? kept : 1);
        double vectors = 4.0 * batch * ((double) rows + cols);
        return new Work(pass.group, name, shape(), 2 * weights * batch,
                weights * (sparse ? KEPT_BYTES : Float.BYTES) + vectors, batch);
    }

    private String shape() {
        return rows + "x" + cols + String.format(Locale.ROOT, ", %.0f %%, batch ", 100 * kept) + batch;
    }

    private Entrant sparse(PrunedMatrix weights, int threads) {
        CpuBackend backend = new CpuBackend(threads);
        return new BackendCalls(backend).with(new Fused.SparseLinear(rows, cols, false), input(backend),
                weights.values(backend), weights.rowStarts(backend), weights.columns(backend), bias(backend));
    }

    private Entrant dense(PrunedMatrix weights, int threads) {
        CpuBackend backend = new CpuBackend(threads);
        return new BackendCalls(backend).with(new Fused.Linear(false), input(backend), weights.dense(backend),
                bias(backend));
    }

    private Entrant blas(OpenBlas blas, int threads, float[] weights) {
        return batch == 1
                ? blas.product(threads, false, false, rows, 1, cols, weights, x())
                : blas.product(threads, false, true, batch, rows, cols, x(), weights);
    }

    private Tensor input(CpuBackend backend) {
        return Tensor.of(backend, Shape.of(batch, cols), x());
    }

    private Tensor gradient(CpuBackend backend) {
        return Tensor.of(backend, Shape.of(batch, rows), g());
    }

    private Tensor bias(CpuBackend backend) {
        return Tensor.zeros(backend, Spec.f32(rows));
    }

    private float[] x() {
        return Numbers.uniform(batch * cols, INPUT);
    }

    private float[] g() {
        return Numbers.uniform(batch * rows, GRADIENT);
    }

    /** Of what a side gives, what stands at some positions. */
    private record Picked(Entrant side, int[] positions) implements Entrant {
        @Override
        public void go() {
            side.go();
        }

        @Override
        public float[] result() {
            float[] all = side.result();
            float[] picked = new float[positions.length];
            for (int i = 0; i < picked.length; i++) {
                picked[i] = all[positions[i]];
            }
            return picked;
        }
    }

    /** Writes the masked weights, from which the product then reads. */
    private record MaskedThenMultiplied(float[] full, float[] mask, float[] masked, Entrant product)
            implements
                Entrant {
        @Override
        public void go() {
            for (int i = 0; i < masked.length; i++) {
                masked[i] = full[i] * mask[i];
            }
            product.go();
        }

        @Override
        public float[] result() {
            return product.result();
        }
    }
}
