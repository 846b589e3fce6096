package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.Toy;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.LeNet;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.nn.train.TrainingListener;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is cut off and goes on ends with the same bits; a checkpoint of something else is refused. */
final class CheckpointTest {
    private static final Backend CPU = Backends.open("cpu");
    private static final Recipe RECIPE =
            new Recipe(3, new Sgd(0.9, 1e-3, 1e-5, false, true), new LearningRate.Cosine(0.05, 1));
    /** Seven batches an epoch, the last one smaller. */
    private static final Toy DATA = new Toy(100, 16, 7);

    private static final Map<Form, String> UNCUT = new EnumMap<>(Form.class);

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        CPU.close();
    }

    /** How the weights of a run are stored. */
    private enum Form { DENSE, MASKED, COMPRESSED }

    private static Model model(Form form) {
        Model model = Model.initialise(Toy.network(), CPU, 1);
        for (Parameter weight : model.weights()) {
            Mask positive = Mask.ofNonZeros(weight.spec().shape(), weight.value().step().toDoubles());
            switch (form) {
                case DENSE -> {}
                case MASKED -> weight.store(WeightStorage.masked(weight.value(), positive));
                case COMPRESSED -> weight.store(WeightStorage.csr(weight.value(), positive));
            }
        }
        return model;
    }

    private static final class Cut extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Stops a run after so many steps, as a kill would: nothing after the step is done. */
    private static TrainingListener cutAfter(int steps) {
        return new TrainingListener() {
            private int done;

            @Override
            public void afterStep(Progress progress) {
                if (++done == steps) {
                    throw new Cut();
                }
            }
        };
    }

    /** Each form's run is trained once for all tests. */
    private static String uncut(Form form) {
        return UNCUT.computeIfAbsent(form, CheckpointTest::trained);
    }

    private static String trained(Form form) {
        try (Model model = model(form); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            trainer.run(DATA);
            return Toy.hash(trainer);
        }
    }

    private String cutAndResumed(Form form, int after, Form into) {
        Path file = folder.resolve("checkpoint.safetensors");
        String before;
        Trainer.Position position;
        try (Model model = model(form); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            assertThrows(Cut.class, () -> trainer.listen(cutAfter(after)).run(DATA));
            Checkpoint.save(trainer, file, Map.of("run", "toy"));
            before = Toy.hash(trainer);
            position = trainer.position();
        }
        // another seed, so that nothing is right by chance
        try (Model model = into == Form.DENSE ? Model.initialise(Toy.network(), CPU, 2) : model(into);
                Trainer trainer = new Trainer(model, RECIPE, 9)) {
            assertEquals("toy", Checkpoint.load(trainer, file).get("run"));
            assertEquals(position, trainer.position());
            assertEquals(before, Toy.hash(trainer));
            trainer.run(DATA);
            return Toy.hash(trainer);
        }
    }

    /** At the start, inside epochs, after the last step of an epoch and after the last step of all. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 14, 20, 21})
    void aRunCutOffAnywhereEndsWithTheSameBits(int after) {
        assertEquals(uncut(Form.DENSE), cutAndResumed(Form.DENSE, after, Form.DENSE));
    }

    @Test
    void aPrunedRunBringsItsMasksAlong() {
        String uncut = uncut(Form.MASKED);
        assertNotEquals(uncut(Form.DENSE), uncut);
        assertEquals(uncut, cutAndResumed(Form.MASKED, 10, Form.DENSE));
        assertEquals(uncut, cutAndResumed(Form.MASKED, 10, Form.MASKED));
    }

    @Test
    void aCompressedRunStaysCompressed() {
        assertEquals(uncut(Form.COMPRESSED), cutAndResumed(Form.COMPRESSED, 10, Form.COMPRESSED));
    }

    /** The file says that it is compressed; the model that takes it over need not know. */
    @Test
    void aCompressedRunComesBackCompressedIntoAnyModel() {
        String uncut = uncut(Form.COMPRESSED);
        assertEquals(uncut, cutAndResumed(Form.COMPRESSED, 10, Form.DENSE));
        assertEquals(uncut, cutAndResumed(Form.COMPRESSED, 8, Form.MASKED));
    }

    /** The file has the velocities of kept values alone. */
    @Test
    void velocitiesOfCompressedWeightsAreThoseOfKeptValues() {
        Path file = folder.resolve("compressed.safetensors");
        try (Model model = model(Form.COMPRESSED); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            assertThrows(Cut.class, () -> trainer.listen(cutAfter(5)).run(DATA));
            Checkpoint.save(trainer, file, Map.of());
            try (SafetensorsFile tensors = SafetensorsFile.open(file);
                    Model other = Model.initialise(Toy.network(), CPU, 2);
                    Trainer resumed = new Trainer(other, RECIPE, 9)) {
                Checkpoint.load(resumed, file);
                for (Parameter weight : model.weights()) {
                    String name = weight.name();
                    Shape kept = Shape.of(weight.storage().mask().keptCount());
                    assertEquals(kept, tensors.shape("velocity." + name));
                    assertInstanceOf(WeightStorage.Csr.class, other.parameter(name).storage());
                    assertEquals(kept, resumed.optimiser().velocities().get(name).shape());
                    assertArrayEquals(trainer.optimiser().velocities().get(name).toFloats(),
                            resumed.optimiser().velocities().get(name).toFloats());
                    assertArrayEquals(weight.value().toFloats(), other.parameter(name).value().toFloats());
                }
            }
        }
    }

    /** As checkpoints were written before they knew compressed rows: dense, with masks and velocities of all positions. */
    @Test
    void aMaskedCheckpointGoesIntoACompressedModel() {
        Path file = folder.resolve("masked.safetensors");
        try (Model model = model(Form.MASKED);
                Trainer trainer = new Trainer(model, RECIPE, 9);
                Model other = model(Form.COMPRESSED);
                Trainer resumed = new Trainer(other, RECIPE, 9)) {
            assertThrows(Cut.class, () -> trainer.listen(cutAfter(5)).run(DATA));
            Checkpoint.save(trainer, file, Map.of());
            Checkpoint.load(resumed, file);
            for (Parameter weight : model.weights()) {
                WeightStorage storage = other.parameter(weight.name()).storage();
                assertInstanceOf(WeightStorage.Csr.class, storage);
                assertArrayEquals(weight.value().toFloats(), storage.dense().toFloats());
                assertArrayEquals(trainer.optimiser().velocities().get(weight.name()).toFloats(),
                        storage.withTrainable(resumed.optimiser().velocities().get(weight.name())).dense().toFloats());
            }
        }
    }

    @Test
    void betweenEpochsThePositionIsTheStartOfTheNext() {
        Path file = folder.resolve("epoch.safetensors");
        try (Model model = model(Form.DENSE); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            assertThrows(Cut.class, () -> trainer.listen(new TrainingListener() {
                @Override
                public void afterEpoch(EpochResult result) {
                    throw new Cut();
                }
            }).run(DATA));
            assertEquals(new Trainer.Position(1, 0, 0, 0, 0), trainer.position());
            Checkpoint.save(trainer, file, Map.of());
        }
        try (Model model = Model.initialise(Toy.network(), CPU, 2); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            Checkpoint.load(trainer, file);
            trainer.run(DATA);
            assertEquals(uncut(Form.DENSE), Toy.hash(trainer));
        }
    }

    @Test
    void theSameRunGivesTheSameFile() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        for (Path file : List.of(one, two)) {
            try (Model model = model(Form.MASKED); Trainer trainer = new Trainer(model, RECIPE, 9)) {
                Checkpoint.save(trainer, file, Map.of());
            }
        }
        assertEquals(-1, Files.mismatch(one, two));
    }

    @Test
    void theWeightsOfACheckpointAreAModel() {
        Path file = folder.resolve("checkpoint.safetensors");
        try (Model model = model(Form.MASKED); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            Checkpoint.save(trainer, file, Map.of());
            Model loaded = ModelFile.load(file, CPU);
            assertEquals(Toy.hash(model), Toy.hash(loaded));
            assertEquals(model.keptWeights(), loaded.keptWeights());
        }
    }

    private void refused(Path file, Network other, String... expected) {
        try (Model model = Model.initialise(other, CPU, 2); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            String before = Toy.hash(trainer);
            BadFileException bad = assertThrows(BadFileException.class, () -> Checkpoint.load(trainer, file));
            for (String part : expected) {
                assertTrue((bad.found() + "; " + bad.expected()).contains(part), bad.getMessage() + " lacks " + part);
            }
            assertEquals(1, bad.getMessage().lines().count());
            assertEquals(before, Toy.hash(trainer), "the trainer is as it was");
            assertEquals(Trainer.Position.START, trainer.position());
        }
    }

    @Test
    void aCheckpointOfAnotherNetworkIsRefused() {
        Path file = folder.resolve("checkpoint.safetensors");
        try (Model model = model(Form.DENSE); Trainer trainer = new Trainer(model, RECIPE, 9)) {
            Checkpoint.save(trainer, file, Map.of());
        }
        refused(file, LeNet.lenet300(), "network 'toy'", "network 'lenet-300-100'");
        // the same tensors, another dropout
        refused(file, Toy.network().with(Map.of("dropout1", new Dropout(0.5))), "network 'toy'", "layer dropout1");
        refused(file, Toy.network().with(Map.of("dropout1", new Relu())), "layer dropout1");
    }

    /** Its dropout would go on otherwise than it began. */
    @Test
    void aCheckpointOfAnotherSeedIsRefused() {
        Path file = folder.resolve("checkpoint.safetensors");
        try (Model model = model(Form.DENSE); Trainer trainer = new Trainer(model, RECIPE, 8)) {
            Checkpoint.save(trainer, file, Map.of());
        }
        refused(file, Toy.network(), "'espalier.seed' is 8", "the trainer's seed, 9");
    }

    @Test
    void aFileWithoutATrainingIsRefused() {
        Path file = folder.resolve("model.safetensors");
        try (Model model = model(Form.DENSE)) {
            ModelFile.save(model, file);
        }
        refused(file, Toy.network(), "'velocity.conv.weight' is missing", "'velocity.out.bias' is missing",
                "velocities of network 'toy'");
    }

    @Test
    void aPositionThatIsNoneIsRefused() {
        Path file = folder.resolve("position.safetensors");
        for (String wrong : List.of("", "-1", "x", "99999999999999999999")) {
            try (Model model = model(Form.DENSE); Trainer trainer = new Trainer(model, RECIPE, 9)) {
                SafetensorsWriter writer = new SafetensorsWriter()
                        .metadata("espalier.epoch", wrong).metadata("espalier.step", "0")
                        .metadata("espalier.loss_sum_bits", "0")
                        .metadata("espalier.right", "0").metadata("espalier.seen", "0");
                ModelFile.add(writer, model);
                trainer.optimiser().velocities()
                        .forEach((name, velocity) -> ModelFile.add(writer, "velocity." + name, velocity));
                writer.write(file);
            }
            refused(file, Toy.network(), "no position of training");
        }
    }
}
