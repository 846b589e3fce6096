package org.espalier.bench.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Work;
import org.espalier.bench.ours.ModelSteps;
import org.espalier.bench.peer.Libtorch;
import org.espalier.bench.peer.OnnxRuntime;
import org.espalier.bench.peer.TorchSteps;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.optim.Sgd;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.feed.Batch;

/**
 * Whole steps of a network against libtorch and ONNX Runtime: the same weights, the same batches, the same optimiser.
 *
 * @param network its name
 * @param batch samples a step
 * @param steps steps a call
 * @param rate learning rate
 * @param tolerance how far a training step's result may be off the peer's
 */
record Steps(String network, int batch, int steps, double rate, double tolerance) {
    private static final Sgd SGD = Sgd.momentum(0.9, 5e-4);
    /** Of the mean loss over a call's steps and of the parameters' moves: rounding grows from step to step. */
    private static final double TRAINING_TOLERANCE = 1e-3;
    /**
     * The same for deep networks, where one ReLU that rounding tips over moves single weights by up to 3 % of the farthest
     * move (ResNet-56, 16 images, beside double precision: ours 2.9 %, libtorch 0.8 %; the mean square is below 2e-4).
     */
    private static final double DEEP_TOLERANCE = 3e-2;
    private static final double INFERENCE_TOLERANCE = 1e-4;

    static List<Steps> trained() {
        return List.of(new Steps("lenet-300-100", 64, 20, 0.01, TRAINING_TOLERANCE),
                new Steps("lenet-5-caffe", 64, 4, 0.01, TRAINING_TOLERANCE),
                new Steps("resnet-56-cifar10", 128, 1, 0.01, DEEP_TOLERANCE));
    }

    static List<Steps> predicted() {
        return Stream.concat(trained().stream(), Stream.of(new Steps("vgg-16-imagenet", 4, 1, 0.01, DEEP_TOLERANCE)))
                .toList();
    }

    /** Beside ONNX Runtime: one image, and many. */
    static List<Steps> exported() {
        List<Steps> all = new ArrayList<>();
        for (int batch : new int[] {1, 64}) {
            all.add(new Steps("lenet-5-caffe", batch, batch == 1 ? 20 : 4, 0.01, TRAINING_TOLERANCE));
            all.add(new Steps("resnet-56-cifar10", batch, 1, 0.01, DEEP_TOLERANCE));
            all.add(new Steps("vgg-16-imagenet", batch, 1, 0.01, DEEP_TOLERANCE));
        }
        return all;
    }

    Contest training(Libtorch torch, int threads) {
        List<Batch> batches = batches();
        return new Contest(work("training", 3), threads, "libtorch",
                () -> ModelSteps.training(model(threads), batches, SGD, rate),
                () -> {
                    try (CpuBackend backend = new CpuBackend(1); Model model = model(backend)) {
                        return TorchSteps.training(torch, threads, model, batches, SGD, rate);
                    }
                }, false, tolerance);
    }

    Contest inference(Libtorch torch, int threads) {
        List<Batch> batches = batches();
        return new Contest(work("inference", 1), threads, "libtorch",
                () -> ModelSteps.inference(model(threads), batches),
                () -> {
                    try (CpuBackend backend = new CpuBackend(1); Model model = model(backend)) {
                        return TorchSteps.inference(torch, threads, model, batches);
                    }
                }, true, INFERENCE_TOLERANCE);
    }

    Contest inference(OnnxRuntime onnx, int threads) {
        List<Batch> batches = batches();
        return new Contest(work("inference", 1), threads, "ONNX Runtime",
                () -> ModelSteps.inference(model(threads), batches),
                () -> {
                    try (CpuBackend backend = new CpuBackend(1); Model model = model(backend)) {
                        return onnx.inference(threads, model, batches);
                    }
                }, true, INFERENCE_TOLERANCE);
    }

    /** A training step is the forward pass and, of about the same cost each, two gradients. */
    private Work work(String what, int passes) {
        Network net = Networks.named(network);
        double macs = LayerCount.of(net).stream().mapToDouble(LayerCount::macs).sum();
        double parameters = LayerCount.of(net).stream().mapToDouble(LayerCount::parameters).sum();
        int images = batch * steps;
        return new Work(what, network, batch + (batch == 1 ? " image" : " images"), 2.0 * passes * macs * images,
                4.0 * passes * (parameters * steps + (double) net.inputShape().size() * images), images);
    }

    private Model model(int threads) {
        return model(new CpuBackend(threads));
    }

    private Model model(CpuBackend backend) {
        return Model.initialise(Networks.named(network), backend, 1);
    }

    private List<Batch> batches() {
        Network net = Networks.named(network);
        int classes = net.outputShape().axis(0);
        List<Batch> batches = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            float[] images = Numbers.uniform(batch * net.inputShape().size(), 10 + step);
            int[] labels = new int[batch];
            for (int i = 0; i < batch; i++) {
                labels[i] = (int) ((Numbers.uniform(1, 1000 + step * 1000L + i)[0] + 1) / 2 * classes) % classes;
            }
            batches.add(new Batch(images, labels, net.inputShape().prepend(batch)));
        }
        return batches;
    }
}
