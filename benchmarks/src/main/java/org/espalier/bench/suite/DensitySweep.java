package org.espalier.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Entrant;
import org.espalier.bench.measure.Work;
import org.espalier.bench.ours.BackendCalls;
import org.espalier.bench.peer.OpenBlas;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;

/**
 * The same layer sparse against dense, at several shares of kept weights.
 *
 * @param layer what it is
 * @param batch samples
 * @param threads of each side
 * @param peer who does the dense work
 * @param kept shares, ascending
 * @param contests one for each
 */
public record DensitySweep(
        String layer, int batch, int threads, String peer, List<Double> kept, List<Contest> contests) {
    private static final List<Double> SHARES = List.of(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    private static final double TOLERANCE = 2e-5;

    public DensitySweep {
        kept = List.copyOf(kept);
        contests = List.copyOf(contests);
    }

    /** AlexNet's sixth layer and LeNet-300-100's first, against OpenBLAS, or our own dense product if there is none. */
    public static List<DensitySweep> layers(Optional<OpenBlas> blas, int threads) {
        List<DensitySweep> sweeps = new ArrayList<>();
        for (Shape weight : List.of(Shape.of(4096, 9216), Shape.of(300, 784))) {
            for (int batch : new int[] {1, 64}) {
                sweeps.add(fullyConnected(weight, batch, threads, blas));
            }
        }
        return sweeps;
    }

    /** A fully connected layer {@code [out,in]} against OpenBLAS, or our own dense product. */
    public static DensitySweep fullyConnected(Shape weight, int batch, int threads, Optional<OpenBlas> blas) {
        return of(weight.axis(0) + "x" + weight.axis(1), batch, threads,
                blas.isPresent() ? SparseLayers.OPENBLAS : SparseLayers.OUR_DENSE, share -> {
                    SparseLayers layer = new SparseLayers("break-even", weight.axis(0), weight.axis(1), share, batch);
                    return blas.map(library -> layer.against(library, threads, Goal.NONE))
                            .orElseGet(() -> layer.againstDense(threads)).contest();
                });
    }

    /**
     * A convolution against our own dense one, both with a bias.
     *
     * @param image {@code [c,h,w]}
     * @param weight {@code [o,c,kh,kw]}
     */
    public static DensitySweep convolution(Shape image, Shape weight, ConvGeometry geometry, int batch, int threads) {
        Shape input = image.prepend(batch);
        String name = weight.axis(0) + "x" + weight.axis(1) + "x" + weight.axis(2) + "x" + weight.axis(3) + " on "
                + image.axis(1) + "x" + image.axis(2);
        Shape output = geometry.outputShape(input, weight);
        double flops = 2.0 * output.size() * weight.withoutFirst().size();
        return of(name, batch, threads, SparseLayers.OUR_DENSE, share -> {
            Work work = new Work("convolution", name, "batch " + batch, share * flops,
                    6 * share * weight.size() + 4.0 * input.size() + 4.0 * output.size(), batch);
            return new Contest(work, threads, SparseLayers.OUR_DENSE,
                    () -> sparse(input, PrunedMatrix.of(weight, share), weight, geometry, threads),
                    () -> dense(input, PrunedMatrix.of(weight, share), weight, geometry, threads), true, TOLERANCE);
        });
    }

    private static DensitySweep of(String layer, int batch, int threads, String peer, DoubleFunction<Contest> at) {
        return new DensitySweep(layer, batch, threads, peer, SHARES,
                SHARES.stream().map(share -> at.apply(share)).toList());
    }

    private static Entrant sparse(Shape input, PrunedMatrix kept, Shape weight, ConvGeometry geometry, int threads) {
        CpuBackend backend = new CpuBackend(threads);
        return new BackendCalls(backend).with(new Fused.SparseConvolve(geometry, weight, Activation.NONE),
                images(backend, input), kept.values(backend), kept.rowStarts(backend), kept.columns(backend),
                bias(backend, weight));
    }

    private static Entrant dense(Shape input, PrunedMatrix kept, Shape weight, ConvGeometry geometry, int threads) {
        CpuBackend backend = new CpuBackend(threads);
        return new BackendCalls(backend).with(new Fused.ConvolveBias(geometry, Activation.NONE), images(backend, input),
                kept.dense(backend), bias(backend, weight));
    }

    private static Tensor images(CpuBackend backend, Shape input) {
        return Tensor.of(backend, input, Numbers.uniform(input.size(), 1));
    }

    private static Tensor bias(CpuBackend backend, Shape weight) {
        return Tensor.of(backend, Shape.of(weight.axis(0)), Numbers.uniform(weight.axis(0), 5));
    }

    @Override
    public String toString() {
        return "break-even " + layer + ", batch " + batch + ", " + threads + (threads == 1 ? " thread" : " threads")
                + " against " + peer;
    }
}
