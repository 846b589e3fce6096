package org.espalier.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.espalier.nn.Toy;
import org.espalier.nn.io.Checkpoint;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training step takes no memory that it does not give back, and in steady state nothing large at all. */
final class MemoryTest {
    private static final Recipe RECIPE = new Recipe(1, Sgd.momentum(0.9, 5e-4), new LearningRate.Constant(0.01));

    /** Bytes a step, tape and listeners included. */
    private static final long LIMIT = 256 << 10;

    /** Tensors that a model keeps of its one batch norm once it has predicted. */
    private static final int SCALING = 2;

    /** So many steps at most until the compiler has done its work. */
    private static final int MOST_STEPS = 3000;

    @TempDir
    private Path folder;

    /** The same batch over and over, made once. */
    private record Same(Batch batch, int batchesPerEpoch) implements BatchSource {
        static Same random(Shape sample, int size, int steps) {
            SplittableRandom random = new SplittableRandom(2);
            float[] inputs = new float[size * sample.size()];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = (float) random.nextDouble();
            }
            int[] labels = random.ints(size, 0, 4).toArray();
            return new Same(new Batch(inputs, labels, sample.prepend(size)), steps);
        }

        @Override
        public Shape sampleShape() {
            return batch.shape().withoutFirst();
        }

        @Override
        public int classes() {
            return 4;
        }

        @Override
        public int samples() {
            return batch.count() * batchesPerEpoch;
        }

        @Override
        public BatchCursor open(int epoch, int firstBatch) {
            return new BatchCursor() {
                private int done = firstBatch;

                @Override
                public Batch next() {
                    return done++ < batchesPerEpoch ? batch : null;
                }

                @Override
                public void close() {}
            };
        }
    }

    /** Ends a training that has shown what it should. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Watches what all threads allocate, those that share the kernels' work included; stops once ten steps in a row stayed
     * below the limit.
     */
    private static final class Meter implements TrainingListener {
        private static final int WANTED = 10;

        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final ArrayDeque<Long> last = new ArrayDeque<>();
        private long mark = threads.getTotalThreadAllocatedBytes();

        @Override
        public void afterStep(Progress progress) {
            long now = threads.getTotalThreadAllocatedBytes();
            last.add(now - mark);
            if (last.size() > WANTED) {
                last.remove();
                if (last.stream().allMatch(bytes -> bytes < LIMIT)) {
                    throw new Enough();
                }
            }
            mark = threads.getTotalThreadAllocatedBytes();
        }
    }

    /**
     * Kernels that have met every option: code compiled for one way of a branch must not be all that is measured. Pruning
     * a trained network is just that, another branch in the middle of a run.
     */
    @BeforeAll
    static void meetEveryOption() {
        try (Backend backend = Backends.open("cpu")) {
            for (Sgd sgd : List.of(Sgd.momentum(0.9, 0), new Sgd(0.9, 1e-4, 1e-4, true, false))) {
                for (boolean pruned : new boolean[] {false, true}) {
                    try (Model model = model(Toy.network(), backend, pruned);
                            Trainer trainer =
                                    new Trainer(model, new Recipe(2, sgd, new LearningRate.Constant(0.01)), 1)) {
                        trainer.run(Same.random(Toy.SAMPLE, 8, 50));
                    }
                }
            }
        }
    }

    private static Model model(Network network, Backend backend, boolean pruned) {
        Model model = Model.initialise(network, backend, 1);
        for (Parameter weight : pruned ? model.weights() : List.<Parameter>of()) {
            double[] positive = weight.value().step().toDoubles();
            weight.store(WeightStorage.masked(weight.value(), Mask.ofNonZeros(weight.spec().shape(), positive)));
        }
        return model;
    }

    /**
     * LeNet-300-100 at batch 64 moves 1 MB each of weights, velocities and gradients and 0.3 MB of activations a step,
     * LeNet-5 more. All of it comes from the backend's pool; what is left are small objects, those of the tape. Steady
     * state begins when the kernels are compiled: until then each vector is an object.
     */
    @ParameterizedTest
    @CsvSource({"lenet300, 64, false", "lenet300, 64, true", "lenet5, 16, false"})
    void aStepInSteadyStateAllocatesNothingLarge(String name, int batch, boolean pruned) {
        Network network = Networks.named(name);
        Meter meter = new Meter();
        try (Backend backend = Backends.open("cpu");
                Model model = model(network, backend, pruned);
                Trainer trainer = new Trainer(model, RECIPE, 1)) {
            BatchSource data = Same.random(network.inputShape(), batch, MOST_STEPS);
            assertThrows(Enough.class, () -> trainer.listen(meter).run(data),
                    () -> "the last steps took bytes: " + meter.last);
        }
    }

    private static List<Long> liveAfterEachStep(CountingBackend backend, Model model, int steps) {
        List<Long> live = new ArrayList<>();
        try (Trainer trainer = new Trainer(model, RECIPE, 1)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void afterStep(Progress progress) {
                    live.add(backend.live());
                }
            }).run(Same.random(Toy.SAMPLE, 2, steps));
        }
        return live;
    }

    @Test
    void aThousandStepsLeaveAsManyBuffersAsOne() {
        CountingBackend backend = new CountingBackend();
        try (Model model = Model.initialise(Toy.network(), backend, 1)) {
            long parameters = CountingBackend.buffersOf(model);
            assertEquals(parameters, backend.live(), "a model holds its parameters");
            List<Long> live = liveAfterEachStep(backend, model, 1000);
            long velocities = model.parameters().stream().filter(p -> p.role().isTrained()).count();
            assertEquals(List.of(parameters + velocities), live.stream().distinct().toList());
            assertTrue(backend.made() > 1000 * 30, "every step took buffers, " + backend.made() + " in all");
            assertEquals(parameters, backend.live(), "the trainer gave its velocities back");
        }
        assertEquals(0, backend.live(), "the model gave its parameters back");
    }

    @Test
    void masksAndCompressedRowsAreGivenBackToo() {
        CountingBackend backend = new CountingBackend();
        try (Model model = Model.initialise(Toy.network(), backend, 1)) {
            try (var scope = backend.scope()) {
                Parameter hidden = model.parameter("hidden.weight");
                hidden.store(WeightStorage.masked(hidden.value(),
                        Mask.ofNonZeros(hidden.spec().shape(), hidden.value().step().toDoubles())));
                Parameter out = model.parameter("out.weight");
                out.store(WeightStorage.csr(out.value(),
                        Mask.ofNonZeros(out.spec().shape(), out.value().step().toDoubles())));
            }
            long parameters = CountingBackend.buffersOf(model);
            assertEquals(model.parameters().size() + 1 + 2, parameters, "a mask; row starts and columns");
            assertEquals(parameters, backend.live());
            assertEquals(1, liveAfterEachStep(backend, model, 50).stream().distinct().count());
            try (Model copy = model.copy()) {
                assertEquals(2 * parameters, backend.live(), "a copy takes as much again and nothing more");
                assertEquals(model.keptWeights(), copy.keptWeights());
            }
            assertEquals(parameters, backend.live());
        }
        assertEquals(0, backend.live());
    }

    @Test
    void aPredictionLeavesItsLogitsAndTheNormAsScaleAndShift() {
        CountingBackend backend = new CountingBackend();
        try (Model model = Model.initialise(Toy.network(), backend, 1)) {
            Tensor batch = Tensor.zeros(backend, Spec.f32(2, 2, 6, 6));
            long before = backend.live();
            Tensor logits = model.predict(batch);
            assertEquals(before + SCALING + 1, backend.live());
            logits.release();
            try (var scope = backend.scope()) {
                model.predict(batch);
            }
            assertEquals(before + SCALING, backend.live(), "the scope around freed the logits");

            backend.write(model.parameter("norm.running_mean").value().buffer(), new float[] {1, 2, 3, 4, 5, 6});
            model.predict(batch).release();
            assertEquals(before + SCALING, backend.live(), "the scaling before was freed");
        }
    }

    @Test
    void evaluatingSavingAndLoadingLeaveNothingBehind() {
        CountingBackend backend = new CountingBackend();
        Path file = folder.resolve("file");
        try (Model model = Model.initialise(Toy.network(), backend, 1);
                Trainer trainer = new Trainer(model, RECIPE, 1)) {
            long before = backend.live();
            Evaluator.evaluate(model, Same.random(Toy.SAMPLE, 4, 3));
            long after = before + SCALING;
            assertEquals(after, backend.live(), "evaluated");
            Checkpoint.save(trainer, file, Map.of());
            assertEquals(after, backend.live(), "saved");
            Checkpoint.load(trainer, file);
            assertEquals(after, backend.live(), "loaded");
            ModelFile.load(file, backend).close();
            assertEquals(after, backend.live(), "a model read from the file and closed");
        }
        assertEquals(0, backend.live());
    }
}
