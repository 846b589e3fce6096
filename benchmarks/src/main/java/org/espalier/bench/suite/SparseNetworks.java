package org.espalier.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Entrant;
import org.espalier.bench.measure.Work;
import org.espalier.bench.ours.ModelSteps;
import org.espalier.bench.peer.BlasNetwork;
import org.espalier.bench.peer.Libtorch;
import org.espalier.bench.peer.OpenBlas;
import org.espalier.bench.peer.TorchSteps;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.network.Node;
import org.espalier.nn.optim.Sgd;
import org.espalier.prune.Han2015;
import org.espalier.prune.Pruner;
import org.espalier.prune.PruningMethod;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * A network pruned as in Han 2015, from initial weights: what is left as compressed rows, against the same weights dense.
 *
 * @param network its name
 * @param method how it is pruned
 * @param compressedBelow the share of a layer's weights below which what is left of it lies in compressed rows
 * @param batch samples
 */
record SparseNetworks(String network, PruningMethod method, double compressedBelow, int batch) {
    private static final Sgd SGD = Sgd.momentum(0.9, 5e-4);
    private static final double RATE = 1e-3;
    private static final int STEPS = 10;
    private static final double TRAINING_TOLERANCE = 1e-3;
    private static final double TOLERANCE = 1e-4;
    private static final int KEPT_BYTES = 6;

    static SparseNetworks lenet300(int batch) {
        return new SparseNetworks("lenet-300-100", Han2015.LENET_300_100, 1, batch);
    }

    /** The first convolution, of which two thirds are kept, stays dense. */
    static SparseNetworks lenet5(int batch) {
        return new SparseNetworks("lenet-5-caffe", Han2015.LENET_5, 0.5, batch);
    }

    SparseContest against(OpenBlas blas, int threads, Goal goal) {
        return inference(threads, SparseLayers.OPENBLAS, () -> {
            try (CpuBackend backend = new CpuBackend(1); Model model = masked(backend)) {
                return new BlasNetwork(blas, threads, model, batch, batches(1).getFirst().inputs());
            }
        }, goal);
    }

    SparseContest against(Libtorch torch, int threads, Goal goal) {
        return inference(threads, SparseLayers.LIBTORCH, () -> {
            try (CpuBackend backend = new CpuBackend(1); Model model = masked(backend)) {
                return TorchSteps.inference(torch, threads, model, batches(1));
            }
        }, goal);
    }

    SparseContest againstDense(int threads, Goal goal) {
        return inference(threads, SparseLayers.OUR_DENSE,
                () -> ModelSteps.inference(masked(new CpuBackend(threads)), batches(1)), goal);
    }

    /** Steps of retraining, against weights kept dense with a mask. */
    SparseContest retraining(int threads, Goal goal) {
        Contest contest = new Contest(work("retraining", 3, STEPS, true), threads, "ours, masked",
                () -> ModelSteps.training(compressed(threads), batches(STEPS), SGD, RATE),
                () -> ModelSteps.training(masked(new CpuBackend(threads)), batches(STEPS), SGD, RATE), false,
                TRAINING_TOLERANCE);
        return new SparseContest(contest, work("retraining", 3, STEPS, false), goal);
    }

    private SparseContest inference(int threads, String peer, Supplier<Entrant> theirs, Goal goal) {
        Contest contest = new Contest(work("inference", 1, 1, true), threads, peer,
                () -> ModelSteps.inference(compressed(threads), batches(1)), theirs, true, TOLERANCE);
        return new SparseContest(contest, work("inference", 1, 1, false), goal);
    }

    /** Multiplications by a kept weight count, on the sparse side, and so do its bytes alone. */
    private Work work(String group, int passes, int steps, boolean sparse) {
        Network net = Networks.named(network);
        Map<String, Double> shares = sparse ? shares() : Map.of();
        double macs = 0;
        double bytes = 4.0 * net.inputShape().size() * batch * steps;
        for (LayerCount layer : LayerCount.of(net)) {
            double share = shares.getOrDefault(layer.name(), 1.0);
            macs += layer.macs() * share;
            bytes += (double) passes * steps * layer.weights() * share
                    * (share < compressedBelow ? KEPT_BYTES : Float.BYTES);
        }
        return new Work(group, network, "pruned, batch " + batch, 2.0 * passes * macs * batch * steps, bytes,
                batch * steps);
    }

    /** What is kept of each layer that has weights. */
    private Map<String, Double> shares() {
        try (CpuBackend backend = new CpuBackend(1); Model model = masked(backend)) {
            return model.network().weightedNodes().stream().collect(Collectors.toMap(Node::name,
                    node -> kept(model.parameter(node.weighted().orElseThrow().parameter()))));
        }
    }

    private static double kept(Parameter weight) {
        return (double) weight.storage().mask().keptCount() / weight.spec().shape().size();
    }

    private Model masked(CpuBackend backend) {
        Model model = Model.initialise(Networks.named(network), backend, 1);
        Pruner pruner = new Pruner(method);
        for (int step = 1; step <= pruner.steps(); step++) {
            pruner.prune(model, step);
        }
        return model;
    }

    private Model compressed(int threads) {
        Model model = masked(new CpuBackend(threads));
        try (Scope scope = model.backend().scope()) {
            for (Parameter weight : model.weights()) {
                if (kept(weight) < compressedBelow) {
                    weight.store(WeightStorage.csr(weight.value(), weight.storage().mask()));
                }
            }
        }
        return model;
    }

    private List<Batch> batches(int count) {
        Network net = Networks.named(network);
        List<Batch> batches = new ArrayList<>();
        for (int step = 0; step < count; step++) {
            float[] images = Numbers.uniform(batch * net.inputShape().size(), 10 + step);
            int[] labels = new int[batch];
            for (int i = 0; i < batch; i++) {
                labels[i] = i % net.outputShape().axis(0);
            }
            batches.add(new Batch(images, labels, net.inputShape().prepend(batch)));
        }
        return batches;
    }
}
