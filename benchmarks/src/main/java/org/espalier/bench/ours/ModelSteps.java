package org.espalier.bench.ours;

import java.util.List;
import org.espalier.bench.measure.Entrant;
import org.espalier.bench.measure.Movement;
import org.espalier.nn.model.Model;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.nn.train.TrainingListener;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.feed.Batch;

/** Whole steps of a network, as a user takes them: by {@link Trainer} and {@link Model#predict}. */
public final class ModelSteps {
    private ModelSteps() {}

    /**
     * Training steps over all batches, a call; the result is the mean loss and how far the
     * parameters moved. Closing frees model and backend.
     */
    public static Entrant training(Model model, List<Batch> batches, Sgd sgd, double rate) {
        return new Training(model, batches, sgd, rate);
    }

    /** Logits of all batches, a call; the result is the last batch's. Closing frees model and backend. */
    public static Entrant inference(Model model, List<Batch> batches) {
        return new Inference(model, batches);
    }

    private static void free(Model model) {
        model.close();
        model.backend().close();
    }

    private static final class Training implements Entrant, TrainingListener {
        private final Model model;
        private final FixedBatches data;
        private final Trainer trainer;
        private final Movement movement;
        private double meanLoss;

        Training(Model model, List<Batch> batches, Sgd sgd, double rate) {
            this.model = model;
            this.data = new FixedBatches(batches, model.network().outputShape().axis(0));
            this.movement = new Movement(parameters());
            this.trainer = new Trainer(model, new Recipe(1, sgd, new LearningRate.Constant(rate)), 1).listen(this);
        }

        @Override
        public void prepare() {
            trainer.resumeAt(Trainer.Position.START);
        }

        @Override
        public void go() {
            trainer.run(data);
        }

        @Override
        public void afterEpoch(EpochResult result) {
            meanLoss = result.meanLoss();
        }

        @Override
        public float[] result() {
            return movement.to(meanLoss, parameters());
        }

        private List<float[]> parameters() {
            return model.parameters().stream().map(parameter -> parameter.value().toFloats()).toList();
        }

        @Override
        public void close() {
            trainer.close();
            free(model);
        }
    }

    private static final class Inference implements Entrant {
        private final Model model;
        private final List<Batch> batches;
        private float[] logits = {};

        Inference(Model model, List<Batch> batches) {
            this.model = model;
            this.batches = batches;
        }

        @Override
        public void go() {
            for (Batch batch : batches) {
                try (Scope scope = model.backend().scope()) {
                    logits = model.predict(Tensor.of(model.backend(), batch.shape(), batch.inputs())).toFloats();
                }
            }
        }

        @Override
        public float[] result() {
            return logits;
        }

        @Override
        public void close() {
            free(model);
        }
    }
}
