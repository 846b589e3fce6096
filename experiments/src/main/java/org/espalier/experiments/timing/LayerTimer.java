package org.espalier.experiments.timing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.math3.stat.StatUtils;
import org.espalier.data.SplitMix64;
import org.espalier.experiments.synthetic.KeptPositions;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.network.Node;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * Times the layers of a network one by one, each with dense weights and with the same ones as compressed rows, in turns, so
 * that whatever else the machine does hits both alike. Only one layer's weights are in memory at a time.
 */
public final class LayerTimer {
    private static final List<Integer> DENSE_BATCHES = List.of(1, 64);
    private static final List<Integer> CONV_BATCHES = List.of(1);

    /** How far the two results may be apart, as a share of the largest: sums of 100,000 floats in another order. */
    private static final double TOLERANCE = 1e-4;

    private final Backend backend;
    private final Effort effort;
    private final Consumer<String> told;

    /**
     * How long to measure.
     *
     * @param rounds of each, at most
     * @param seconds of each in a round, about
     * @param warmUp seconds of each before the first round
     * @param mostSeconds of one layer in all, about: where a call takes long there are fewer rounds, but at least 3
     */
    public record Effort(int rounds, double seconds, double warmUp, double mostSeconds) {
        /** Enough for medians that agree within some per cent. */
        public static final Effort USUAL = new Effort(11, 0.05, 0.4, 6);

        private static final int FEWEST = 3;

        public Effort {
            if (rounds < 1 || !(seconds >= 0) || !(warmUp >= 0) || !(mostSeconds > 0)) {
                throw new IllegalArgumentException("timing needs rounds of some length");
            }
        }

        int rounds(double secondsOfBoth) {
            double affordable = mostSeconds / Math.max(secondsOfBoth, 2 * seconds);
            return Math.min(rounds, Math.max(FEWEST, (int) affordable));
        }
    }

    /** @param told hears a line for each layer that is done */
    public LayerTimer(Backend backend, Effort effort, Consumer<String> told) {
        this.backend = backend;
        this.effort = effort;
        this.told = told;
    }

    /**
     * Times every layer with weights: matrices with a batch of 1 and of 64, convolutions with one image.
     *
     * @param seed of weights, places and inputs
     * @throws IllegalStateException if both forms don't give the same: what is wrong is not timed
     */
    public List<LayerTiming> measure(TimedNetwork timed, long seed) {
        Network network = Networks.named(timed.name());
        List<LayerTiming> timings = new ArrayList<>();
        int number = 0;
        for (Node node : network.weightedNodes()) {
            Shape shape = node.weighted().orElseThrow().shape();
            Sparsity kept = Sparsity.ofKeptShare(timed.shares().getOrDefault(node.name(), 1.0), shape.size());
            try (var _ = backend.scope()) {
                Forms forms = Forms.draw(backend, shape, KeptPositions.of(kept, seed, number), kept, seed);
                for (int batch : shape.rank() == 2 ? DENSE_BATCHES : CONV_BATCHES) {
                    timings.add(time(node, forms, batch, seed));
                }
            }
            told.accept(timed.name() + ", " + node.label() + ": timed");
            number++;
        }
        return timings;
    }

    /** The same weights in both forms. */
    private record Forms(WeightStorage.Dense dense, WeightStorage.Csr sparse) {
        static Forms draw(Backend backend, Shape shape, KeptPositions kept, Sparsity count, long seed) {
            SplitMix64 random = SplitMix64.stream(seed, shape.size());
            int columns = shape.size() / shape.axis(0);
            float[] all = new float[shape.size()];
            float[] values = new float[Math.toIntExact(count.kept())];
            int[] column = new int[values.length];
            int[] starts = new int[shape.axis(0) + 1];
            for (int i = 0; kept.hasNext(); i++) {
                int position = Math.toIntExact(kept.nextLong());
                values[i] = (float) random.bell();
                all[position] = values[i];
                column[i] = position % columns;
                starts[position / columns + 1]++;
            }
            for (int row = 0; row < shape.axis(0); row++) {
                starts[row + 1] += starts[row];
            }
            return new Forms(
                    new WeightStorage.Dense(Tensor.of(backend, shape, all)),
                    WeightStorage.csr(Tensor.of(backend, Shape.of(values.length), values), starts, column, shape));
        }
    }

    private LayerTiming time(Node node, Forms forms, int batch, long seed) {
        Tensor input = input(node.inputShapes().getFirst().prepend(batch), seed);
        Supplier<Tensor> dense = product(node, forms.dense(), input);
        Supplier<Tensor> sparse = product(node, forms.sparse(), input);
        requireEqual(node, result(dense), result(sparse));
        warmUp(dense);
        warmUp(sparse);
        int rounds = effort.rounds(run(dense) + run(sparse));
        double[] denseTimes = new double[rounds];
        double[] sparseTimes = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                denseTimes[round] = run(dense);
                sparseTimes[round] = run(sparse);
            } else {
                sparseTimes[round] = run(sparse);
                denseTimes[round] = run(dense);
            }
        }
        return new LayerTiming(node.name(), batch, StatUtils.percentile(denseTimes, 50),
                StatUtils.percentile(sparseTimes, 50), bytes(forms.dense()), bytes(forms.sparse()), rounds);
    }

    /** For the JIT to compile it and for pools to fill. */
    private void warmUp(Supplier<Tensor> product) {
        long until = System.nanoTime() + (long) (effort.warmUp() * 1e9);
        do {
            run(product);
        } while (System.nanoTime() < until);
    }

    private Tensor input(Shape shape, long seed) {
        SplitMix64 random = SplitMix64.stream(seed, -1);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.bell();
        }
        return Tensor.of(backend, shape, values);
    }

    private static Supplier<Tensor> product(Node node, WeightStorage weight, Tensor input) {
        var geometry = node.weighted().orElseThrow().connectivity().geometry();
        return weight.logicalShape().rank() == 2
                ? () -> weight.multiply(input, null)
                : () -> weight.convolve(input, geometry, null);
    }

    private float[] result(Supplier<Tensor> product) {
        try (var _ = backend.scope()) {
            return product.get().toFloats();
        }
    }

    /** Calls for as long as a round is, at least once; gives seconds a call. */
    private double run(Supplier<Tensor> product) {
        int calls = 0;
        long start = System.nanoTime();
        long end;
        do {
            try (var _ = backend.scope()) {
                product.get().buffer();
            }
            calls++;
            end = System.nanoTime();
        } while (end - start < effort.seconds() * 1e9);
        return (end - start) / 1e9 / calls;
    }

    private static long bytes(WeightStorage weight) {
        return weight.tensors().stream().mapToLong(tensor -> tensor.spec().bytes()).sum();
    }

    private static void requireEqual(Node node, float[] dense, float[] sparse) {
        double largest = Float.MIN_NORMAL;
        for (float value : dense) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < dense.length; i++) {
            if (!(Math.abs((double) dense[i] - sparse[i]) <= TOLERANCE * largest)) {
                throw new IllegalStateException("layer '" + node.name() + "' gives " + dense[i] + " at " + i
                        + " with dense weights and " + sparse[i] + " with compressed rows, so it is not timed");
            }
        }
    }
}
