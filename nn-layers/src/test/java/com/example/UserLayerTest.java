package com.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.espalier.nn.Toy;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.Checkpoint;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Evaluator;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A layer from outside the library works wherever one of the library's own does. */
final class UserLayerTest {
    private static final Recipe RECIPE = new Recipe(3, Sgd.momentum(0.9, 1e-4), new LearningRate.Constant(0.05));

    @TempDir
    private Path folder;

    private static Network network() {
        return Network.builder("mine", Toy.SAMPLE).flatten().layer(new ScaledDense(24)).relu()
                .layer("last", new ScaledDense(4)).build();
    }

    @Test
    void itComputesWhatItSays() {
        try (Backend backend = Backends.open("cpu")) {
            Model model = Model.initialise(Network.builder("n", Shape.of(2)).layer("it", new ScaledDense(2)).build(),
                    backend, 1);
            model.parameter("it.kernel")
                    .store(new WeightStorage.Dense(Tensor.of(backend, Shape.of(2, 2), 1f, 2f, 3f, 4f)));
            Tensor x = Tensor.of(backend, Shape.of(1, 2), 10f, 1f);
            assertArrayEquals(new float[] {6, 17}, model.predict(x).toFloats());
        }
    }

    @Test
    void itIsNamedAndCountedAndItsWeightIsPruned() {
        Network network = network();
        assertEquals("scaleddense1", network.nodes().get(1).name());
        LayerCount count = LayerCount.of(network).get(1);
        assertEquals(new LayerCount("scaleddense1", "scaleddense", 72 * 24, 0, 1, 0, 72 * 24, 24), count);
        assertEquals(List.of("scaleddense1.kernel", "last.kernel"), network.weightedNodes().stream()
                .map(node -> node.weighted().orElseThrow().parameter()).toList());
    }

    @Test
    void itTrainsDenseAndMaskedAndIsSavedByGivingTheNetwork() {
        try (Backend backend = Backends.open("cpu");
                Model model = Model.initialise(network(), backend, 5);
                Trainer trainer = new Trainer(model, RECIPE, 5)) {
            trainer.run(new Toy(256, 16, 1));
            assertTrue(Evaluator.evaluate(model, new Toy(128, 32, 2)).top1() > 0.9, "it learns");

            Parameter kernel = model.parameter("scaleddense1.kernel");
            Mask mask = Mask.ofNonZeros(kernel.spec().shape(), kernel.value().step().toDoubles());
            kernel.store(WeightStorage.masked(kernel.value(), mask));
            try (Trainer again = new Trainer(model, RECIPE, 6)) {
                again.run(new Toy(64, 16, 1));
                assertEquals(mask, kernel.storage().mask());
                assertEquals(mask.keptCount(),
                        Mask.ofNonZeros(mask.shape(), kernel.value().toDoubles()).and(mask).keptCount());

                Path file = folder.resolve("checkpoint.safetensors");
                Checkpoint.save(again, file, java.util.Map.of());
                try (Trainer other = new Trainer(Model.initialise(network(), backend, 0), RECIPE, 6)) {
                    Checkpoint.load(other, file);
                    assertEquals(Toy.hash(again), Toy.hash(other));
                }
            }
            Path file = folder.resolve("model.safetensors");
            ModelFile.save(model, file);
            Model loaded = ModelFile.load(file, network(), backend);
            assertEquals(Toy.hash(model), Toy.hash(loaded));
            assertEquals(mask, loaded.parameter("scaleddense1.kernel").storage().mask());
            String message = assertThrows(BadFileException.class, () -> ModelFile.load(file, backend)).getMessage();
            assertTrue(message.contains("no network") && message.contains("network given"), message);
        }
    }
}
