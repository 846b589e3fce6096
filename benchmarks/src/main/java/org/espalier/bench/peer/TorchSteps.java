package org.espalier.bench.peer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Map;
import org.espalier.bench.measure.Entrant;
import org.espalier.bench.measure.Movement;
import org.espalier.nn.model.Model;
import org.espalier.nn.optim.Sgd;
import org.espalier.tensor.feed.Batch;

/** Whole steps of a network with libtorch. */
public final class TorchSteps {
    private TorchSteps() {}

    /** Training steps over all batches, a call; the result is the mean loss and how far the parameters moved. */
    public static Entrant training(Libtorch torch, int threads, Model model, List<Batch> batches, Sgd sgd,
            double rate) {
        torch.setThreads(threads);
        JniUtils.setGradMode(true);
        return new Training(model, batches, sgd, rate);
    }

    /** Logits of all batches, a call; the result is the last batch's. */
    public static Entrant inference(Libtorch torch, int threads, Model model, List<Batch> batches) {
        torch.setThreads(threads);
        return new Inference(model, batches);
    }

    private static NDArray images(NDManager manager, Batch batch) {
        return manager.create(batch.inputs(), TorchNetwork.shape(batch.shape()));
    }

    private static final class Training implements Entrant {
        private final NDManager manager = NDManager.newBaseManager("PyTorch");
        private final TorchNetwork network;
        private final List<Batch> batches;
        private final Optimizer optimizer;
        private final Loss loss = Loss.softmaxCrossEntropyLoss();
        private final Movement movement;
        private double meanLoss;

        Training(Model model, List<Batch> batches, Sgd sgd, double rate) {
            this.network = new TorchNetwork(manager, model, true);
            this.batches = batches;
            this.movement = new Movement(parameters());
            this.optimizer = Optimizer.sgd()
                    .setLearningRateTracker(Tracker.fixed((float) rate))
                    .optMomentum((float) sgd.momentum())
                    .optWeightDecays((float) sgd.l2())
                    .build();
        }

        @Override
        public void go() {
            double sum = 0;
            for (Batch batch : batches) {
                sum += step(batch);
            }
            meanLoss = sum / batches.size();
        }

        private double step(Batch batch) {
            try (NDManager inStep = manager.newSubManager()) {
                NDArray x = images(inStep, batch);
                float[] numbers = new float[batch.count()];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = batch.labels()[i];
                }
                NDArray labels = inStep.create(numbers, new Shape(numbers.length));
                double value;
                try (GradientCollector tape = Engine.getEngine("PyTorch").newGradientCollector()) {
                    NDArray logits = network.forward(x, true);
                    NDArray mean = loss.evaluate(new NDList(labels), new NDList(logits));
                    tape.backward(mean);
                    value = mean.getFloat();
                }
                for (Map.Entry<String, NDArray> parameter : network.parameters().entrySet()) {
                    if (parameter.getValue().hasGradient()) {
                        try (NDArray gradient = parameter.getValue().getGradient()) {
                            optimizer.update(parameter.getKey(), parameter.getValue(), gradient);
                        }
                    }
                }
                return value;
            }
        }

        @Override
        public float[] result() {
            return movement.to(meanLoss, parameters());
        }

        private List<float[]> parameters() {
            return network.parameters().values().stream().map(NDArray::toFloatArray).toList();
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    private static final class Inference implements Entrant {
        private final NDManager manager = NDManager.newBaseManager("PyTorch");
        private final TorchNetwork network;
        private final List<Batch> batches;
        private float[] logits = {};

        Inference(Model model, List<Batch> batches) {
            this.network = new TorchNetwork(manager, model, false);
            this.batches = batches;
        }

        @Override
        public void prepare() {
            JniUtils.setGradMode(false);
        }

        @Override
        public void go() {
            for (Batch batch : batches) {
                try (NDManager inStep = manager.newSubManager()) {
                    logits = network.forward(images(inStep, batch), false).toFloatArray();
                }
            }
        }

        @Override
        public float[] result() {
            return logits;
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
