package org.espalier.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.espalier.nn.Toy;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Training learns, is the same for any number of threads, keeps masks, reports, and stops with a reason. */
final class TrainerTest {
    private static final Backend CPU = Backends.open("cpu");
    private static final Recipe RECIPE =
            new Recipe(4, Sgd.momentum(0.9, 1e-4), new LearningRate.MultiStep(0.05, 0.1, List.of(0.75)));

    @AfterAll
    static void close() {
        CPU.close();
    }

    @Test
    void itLearnsWhatCanBeLearned() {
        try (Model model = Model.initialise(Toy.network(), CPU, 1); Trainer trainer = new Trainer(model, RECIPE, 1)) {
            Toy unseen = new Toy(200, 64, 8);
            var before = Evaluator.evaluate(model, unseen);
            trainer.run(new Toy(400, 32, 7));
            var after = Evaluator.evaluate(model, unseen);
            assertTrue(before.top1() < 0.6, "guessing gives a quarter, got " + before.top1());
            assertTrue(after.top1() > 0.95, "patterns in little noise, got " + after.top1());
            assertTrue(after.loss() < 0.25 * before.loss(), before.loss() + " fell to " + after.loss());
            assertEquals(new Trainer.Position(4, 0, 0, 0, 0), trainer.position());
        }
    }

    private static String trainedWith(Backend backend, long seed) {
        try (backend;
                Model model = Model.initialise(Toy.network(), backend, 1);
                Trainer trainer = new Trainer(model, RECIPE, seed)) {
            trainer.run(new Toy(100, 16, 7));
            return Toy.hash(trainer);
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() {
        String one = trainedWith(new CpuBackend(1), 1);
        assertEquals(one, trainedWith(new CpuBackend(2), 1));
        assertEquals(one, trainedWith(new CpuBackend(7), 1));
        assertNotEquals(one, trainedWith(new CpuBackend(2), 2), "another seed drops other units");
    }

    @Test
    void theCpuTrainsAsTheReferenceDoes() {
        Recipe one = new Recipe(1, Sgd.momentum(0.9, 1e-4), new LearningRate.Constant(0.05));
        try (Backend reference = Backends.open("reference");
                Model a = Model.initialise(Toy.network(), CPU, 1);
                Model b = Model.initialise(Toy.network(), reference, 1)) {
            new Trainer(a, one, 3).run(new Toy(48, 16, 7));
            new Trainer(b, one, 3).run(new Toy(48, 16, 7));
            for (Parameter parameter : a.parameters()) {
                assertArrayEquals(b.parameter(parameter.name()).value().toDoubles(), parameter.value().toDoubles(),
                        1e-4, parameter.name());
            }
        }
    }

    @Test
    void masksHoldAndKeptWeightsTrain() {
        try (Model model = Model.initialise(Toy.network(), CPU, 1); Trainer trainer = new Trainer(model, RECIPE, 1)) {
            for (Parameter weight : model.weights()) {
                double[] positive = weight.value().step().toDoubles();
                weight.store(WeightStorage.masked(weight.value(), Mask.ofNonZeros(weight.spec().shape(), positive)));
            }
            long kept = model.keptWeights();
            float[] before = model.parameter("hidden.weight").value().toFloats();
            trainer.run(new Toy(200, 32, 7));
            assertEquals(kept, model.keptWeights());
            for (Parameter weight : model.weights()) {
                Mask mask = weight.storage().mask();
                float[] values = weight.value().toFloats();
                for (int i = 0; i < values.length; i++) {
                    assertTrue(mask.isKept(i) || Float.floatToRawIntBits(values[i]) == 0,
                            weight.name() + "[" + i + "] is " + values[i]);
                }
            }
            int moved = 0;
            float[] after = model.parameter("hidden.weight").value().toFloats();
            for (int i = 0; i < after.length; i++) {
                moved += after[i] != before[i] ? 1 : 0;
            }
            assertTrue(moved > before.length / 3, "only " + moved + " weights moved");
        }
    }

    @Test
    void listenersHearEachStepAndEpochWithTheFigures() {
        List<TrainingListener.Progress> steps = new ArrayList<>();
        List<TrainingListener.EpochResult> epochs = new ArrayList<>();
        try (Model model = Model.initialise(Toy.network(), CPU, 1); Trainer trainer = new Trainer(model, RECIPE, 1)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void afterStep(Progress progress) {
                    steps.add(progress);
                }

                @Override
                public void afterEpoch(EpochResult result) {
                    epochs.add(result);
                }
            }).run(new Toy(70, 32, 7));
        }
        assertEquals(4 * 3, steps.size());
        assertEquals(List.of(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3),
                steps.stream().map(TrainingListener.Progress::stepInEpoch).toList());
        assertEquals(List.of(32L, 64L, 70L),
                steps.stream().map(TrainingListener.Progress::samplesInEpoch).limit(3).toList());
        assertEquals(List.of(0, 1, 2, 3), epochs.stream().map(TrainingListener.EpochResult::epoch).toList());
        for (int epoch = 0; epoch < 4; epoch++) {
            TrainingListener.Progress last = steps.get(3 * epoch + 2);
            assertEquals(4, last.epochs());
            assertEquals(3, last.stepsPerEpoch());
            assertEquals(last.meanLoss(), epochs.get(epoch).meanLoss());
            assertEquals(last.accuracy(), epochs.get(epoch).accuracy());
            assertEquals(Math.rint(70 * last.accuracy()), 70 * last.accuracy(), 1e-9, "a count of samples");
            assertEquals(epoch < 3 ? 0.05 : 0.005, epochs.get(epoch).rate(), 1e-12);
        }
        assertTrue(epochs.get(3).meanLoss() < epochs.get(0).meanLoss(), "the loss falls");
    }

    /** Fresh networks give no answer: with n equal logits the loss is ln n. */
    @Test
    void theFirstLossOfANetworkWithoutWeightsIsTheLogarithmOfItsClasses() {
        Network blank = Network.builder("blank", Toy.SAMPLE).flatten()
                .layer("fc",
                        new org.espalier.nn.layer.Dense(4, true, new org.espalier.nn.layer.Initialiser.Constant(0)))
                .build();
        List<Double> losses = new ArrayList<>();
        try (Model model = Model.initialise(blank, CPU, 1);
                Trainer trainer =
                        new Trainer(model, new Recipe(1, Sgd.momentum(0.9, 0), new LearningRate.Constant(0.1)), 1)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void afterStep(Progress progress) {
                    losses.add(progress.meanLoss());
                }
            }).run(new Toy(32, 32, 7));
        }
        assertEquals(Math.log(4), losses.get(0), 1e-6);
    }

    /** Nothing moves at rate 0 and the batch is the same: only other dropped units can change the loss. */
    @Test
    void everyEpochDropsOtherUnits() {
        Network network = Network.builder("drops", Toy.SAMPLE).flatten().dropout(0.5).dense("fc", 4).build();
        List<Double> losses = new ArrayList<>();
        Recipe still = new Recipe(3, Sgd.momentum(0.9, 0), new LearningRate.Constant(0));
        try (Model model = Model.initialise(network, CPU, 1); Trainer trainer = new Trainer(model, still, 1)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void afterEpoch(EpochResult result) {
                    losses.add(result.meanLoss());
                }
            }).run(new Toy(8, 8, 7).inOrder());
        }
        assertEquals(3, losses.stream().distinct().count(), "losses " + losses);
    }

    private static String failure(Recipe recipe, String spoilt) {
        try (Model model = Model.initialise(Toy.network(), CPU, 1); Trainer trainer = new Trainer(model, recipe, 1)) {
            if (!spoilt.isEmpty()) {
                Parameter parameter = model.parameter(spoilt);
                float[] values = parameter.value().toFloats();
                values[values.length / 2] = Float.NaN;
                parameter.store(new WeightStorage.Dense(Tensor.of(CPU, parameter.spec().shape(), values)));
            }
            String message =
                    assertThrows(TrainingFailedException.class, () -> trainer.run(new Toy(100, 16, 7))).getMessage();
            assertEquals(1, message.lines().count());
            return message;
        }
    }

    @Test
    void aNaNInAWeightIsFoundInItsLayerAtTheFirstStep() {
        String message = failure(RECIPE, "hidden.weight");
        assertTrue(message.contains("NaN") && message.contains("step 0 ") && message.contains("'hidden.weight'"),
                message);
        assertTrue(failure(RECIPE, "norm.bias").contains("'norm.bias'"));
    }

    @Test
    void aRateFarTooLargeStopsWithStepAndLayer() {
        String message = failure(new Recipe(4, Sgd.momentum(0.9, 0), new LearningRate.Constant(1e30)), "");
        assertTrue(message.matches(
                "the loss became (NaN|-?Infinity) at step [1-9][0-9]* \\(epoch [0-3]\\): the first value that is not finite "
                        + "(stands in parameter|came out of layer) '[a-z.0-9]+'; a lower learning rate may help"),
                message);
    }

    @Test
    void aBatchWithANaNIsToldFromABadWeight() {
        try (Model model = Model.initialise(Toy.network(), CPU, 1); Trainer trainer = new Trainer(model, RECIPE, 1)) {
            Toy toy = new Toy(16, 16, 7).withInput(3, Float.NaN);
            String message = assertThrows(TrainingFailedException.class, () -> trainer.run(toy)).getMessage();
            assertTrue(message.contains("step 0") && message.contains("batch itself"), message);
        }
    }

    private static String refusal(Network network, Toy data) {
        try (Model model = Model.initialise(network, CPU, 1); Trainer trainer = new Trainer(model, RECIPE, 1)) {
            String training = assertThrows(IllegalArgumentException.class, () -> trainer.run(data)).getMessage();
            assertEquals(Trainer.Position.START, trainer.position(), "nothing was trained");
            assertEquals(training,
                    assertThrows(IllegalArgumentException.class, () -> Evaluator.evaluate(model, data)).getMessage());
            return training;
        }
    }

    @Test
    void dataThatDoNotFitAreRefusedBeforeTheFirstStep() {
        Toy data = new Toy(16, 16, 7);
        assertEquals("network 'small' wants samples of shape [2,6,5], the data have [2,6,6]",
                refusal(Network.builder("small", Shape.of(2, 6, 5)).flatten().dense("fc", 4).build(), data));
        assertEquals("network 'few' has outputs [3], the data have 4 classes",
                refusal(Network.builder("few", Toy.SAMPLE).flatten().dense("fc", 3).build(), data));
        assertEquals("network 'map' has outputs [4,6,6], the data have 4 classes",
                refusal(Network.builder("map", Toy.SAMPLE).conv("conv", 4, 1).build(), data));
        assertEquals("the data for network 'toy' hold no samples", refusal(Toy.network(), new Toy(0, 16, 7)));
    }

    @Test
    void labelsThatAreNoClassAreRefused() {
        assertEquals("sample 3 of a batch has the label 4; network 'toy' has outputs 0 to 3",
                refusal(Toy.network(), new Toy(16, 16, 7).inOrder().withLabel(3, 4)));
        assertEquals("sample 0 of a batch has the label -1; network 'toy' has outputs 0 to 3",
                refusal(Toy.network(), new Toy(16, 16, 7).inOrder().withLabel(0, -1)));
    }

    @Test
    void aPositionBehindTheEndOfTheEpochIsRefused() {
        try (Model model = Model.initialise(Toy.network(), CPU, 1); Trainer trainer = new Trainer(model, RECIPE, 1)) {
            trainer.resumeAt(new Trainer.Position(1, 8, 0, 0, 128));
            assertEquals("training stands 8 steps into an epoch, the data have 7 batches an epoch",
                    assertThrows(IllegalArgumentException.class, () -> trainer.run(new Toy(100, 16, 7))).getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> new Trainer.Position(-1, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Trainer.Position(0, 0, 0, 2, 1));
    }

    @Test
    void impossibleRecipesAreRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> new Recipe(-1, Sgd.momentum(0.9, 0), new LearningRate.Constant(1)));
        assertThrows(IllegalArgumentException.class,
                () -> new Recipe(1, Sgd.momentum(0.9, 0), new LearningRate.Constant(1), 1, 1));
    }
}
