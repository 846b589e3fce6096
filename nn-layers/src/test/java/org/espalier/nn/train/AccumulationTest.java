package org.espalier.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LeNet;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/** Updates that take several batches, against updates by one large batch, in double precision. */
final class AccumulationTest {
    private static final Network NETWORK = LeNet.lenet300();
    private static final int IMAGES = 14;

    /** The same 14 images in the same order, cut otherwise. */
    private record Cut(int size) implements BatchSource {
        @Override
        public BatchCursor open(int epoch, int firstBatch) {
            int[] next = {firstBatch};
            return new BatchCursor() {
                @Override
                public Batch next() {
                    return next[0] < batchesPerEpoch() ? batch(next[0]++ * size) : null;
                }

                @Override
                public void close() {}
            };
        }

        private Batch batch(int from) {
            int count = Math.min(size, IMAGES - from);
            float[] images = new float[count * 784];
            int[] labels = new int[count];
            for (int i = 0; i < count; i++) {
                SplittableRandom random = new SplittableRandom(from + i);
                for (int j = 0; j < 784; j++) {
                    images[i * 784 + j] = random.nextFloat();
                }
                labels[i] = (from + i) % 10;
            }
            return new Batch(images, labels, Shape.of(count, 1, 28, 28));
        }

        @Override
        public Shape sampleShape() {
            return Shape.of(1, 28, 28);
        }

        @Override
        public int classes() {
            return 10;
        }

        @Override
        public int samples() {
            return IMAGES;
        }

        @Override
        public int batchesPerEpoch() {
            return Math.ceilDiv(IMAGES, size);
        }
    }

    private static final class Log implements TrainingListener {
        final List<Integer> steps = new ArrayList<>();
        final List<Double> rates = new ArrayList<>();

        @Override
        public void afterStep(Progress progress) {
            steps.add(progress.stepInEpoch());
        }

        @Override
        public void afterEpoch(EpochResult result) {
            rates.add(result.rate());
        }
    }

    private static double[] trained(int size, int accumulated, Log log) {
        Recipe recipe = new Recipe(2, Sgd.momentum(0.9, 1e-3), new LearningRate.Inv(0.1, 0.5, 1), 0, accumulated);
        try (Backend backend = new ReferenceBackend();
                Model model = Model.initialise(NETWORK, backend, 3);
                Trainer trainer = new Trainer(model, recipe, 1).listen(log)) {
            trainer.run(new Cut(size));
            return model.parameter("fc2.weight").value().toDoubles();
        }
    }

    /** 14 images are batches of 4, 4, 4, 2: two updates of 8 and of 6 images, as batches of 8 and of 6 would give. */
    @Test
    void anUpdateOfSeveralBatchesIsThatOfOneLargeOne() {
        Log large = new Log();
        Log small = new Log();
        assertArrayEquals(trained(8, 1, large), trained(4, 2, small), 1e-12);
        assertEquals(large.rates, small.rates);
        assertEquals(List.of(1, 2, 1, 2), large.steps);
        assertEquals(List.of(2, 4, 2, 4), small.steps, "listeners hear of updates, where one can go on from");
    }

    @Test
    void anUpdateTakesAtLeastOneBatch() {
        Recipe recipe = new Recipe(1, Sgd.momentum(0.9, 0), new LearningRate.Constant(0.1));
        assertThrows(IllegalArgumentException.class, () -> recipe.accumulating(0));
    }
}
