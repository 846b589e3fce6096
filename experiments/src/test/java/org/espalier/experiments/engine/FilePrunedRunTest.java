package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.espalier.data.Dataset;
import org.espalier.data.ImageSet;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Networks;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.NamedMethod;
import org.espalier.prune.Wish;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of a file, of a network with dropout, pruned and retrained by parts in turn, cut off and gone on with. */
final class FilePrunedRunTest {
    private static final String NETWORK = "alexnet-cifar10";
    private static final Noise DATA = Noise.of(24, 12);

    @TempDir
    private Path folder;

    private GivenWeights given;

    /** Images of nothing. */
    private record Noise(ImageSet train, ImageSet test) implements Dataset {
        static Noise of(int train, int test) {
            return new Noise(images(train, 1), images(test, 2));
        }

        private static ImageSet images(int count, long seed) {
            Shape shape = Shape.of(3, 32, 32);
            byte[] pixels = new byte[count * shape.size()];
            new Random(seed).nextBytes(pixels);
            int[] labels = new int[count];
            Arrays.setAll(labels, i -> i % 10);
            return new ImageSet(pixels, labels, shape, 10);
        }

        @Override
        public String name() {
            return "noise";
        }

        @Override
        public String checksum() {
            return "0badcafe";
        }

        @Override
        public String description() {
            return "noise";
        }
    }

    @BeforeEach
    void saveWeights() {
        Path file = folder.resolve("given.safetensors");
        try (Backend backend = Backends.open("cpu");
                Model model = Model.initialise(Networks.named(NETWORK), backend, 4)) {
            ModelFile.save(model, file);
        }
        given = GivenWeights.of(file);
    }

    /** Two steps in two parts; fc6 keeps a quarter, then a sixteenth. */
    private FilePrunedRun run(boolean inParts) {
        Recipe recipe = new Recipe(1, Sgd.momentum(0.9, 5e-4), new LearningRate.Constant(0.01));
        var method = NamedMethod.HAN.method(new Wish.Shares(KeepFractions.parse("conv2=0.25,fc6=0.0625")), 2);
        return new FilePrunedRun(NetworkSpec.of(NETWORK), given.sha256(),
                DataSpec.of(DATA, Integer.MAX_VALUE, Preprocessing.UNIT), method,
                new Retraining(recipe, recipe, inParts), 8, 5, "cpu");
    }

    private static final class CutOff extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Completes the run; cut off when a line with these words is told. */
    private List<String> complete(Path runs, FilePrunedRun run, String cut) {
        List<String> told = new ArrayList<>();
        try (Backend backend = Backends.open("cpu")) {
            new Runner(RunStore.at(runs), backend, DATA, Duration.ZERO, line -> {
                told.add(line);
                if (line.contains(cut)) {
                    throw new CutOff();
                }
            }).given(given).complete(List.of(run));
        }
        return told;
    }

    private static final String NEVER = "no such line";

    private RunResult result(Path runs, Experiment run) {
        return new FinishedRuns(RunStore.at(runs)).find(run).orElseThrow().result();
    }

    @Test
    void aRunCutOffAgainAndAgainEndsWithTheSameBits() {
        FilePrunedRun run = run(true);
        Path whole = folder.resolve("whole");
        complete(whole, run, NEVER);
        Path cut = folder.resolve("cut");
        for (String moment : List.of("step 1 of 2, fully connected: retrained", "step 1 of 2, convolutional: ",
                "step 1 of 2, convolutional: retrained", "step 2 of 2, fully connected: ",
                "step 2 of 2, convolutional: retrained")) {
            assertThrows(CutOff.class, () -> complete(cut, run, moment), moment);
        }
        assertTrue(complete(cut, run, NEVER).getFirst().endsWith("goes on from its last checkpoint"));
        assertEquals(result(whole, run).modelSha256(), result(cut, run).modelSha256());
        assertEquals(result(whole, run).test(), result(cut, run).test());
        assertEquals(RunStore.at(whole).events(run.id()), RunStore.at(cut).events(run.id()));
        List<String> events = RunStore.at(cut).events(run.id()).stream().map(event -> event.path("event").asText())
                .toList();
        assertEquals(List.of("before", "prune", "epoch", "prune", "epoch", "prune", "epoch", "prune", "epoch"), events);
    }

    /** As compact writes them: the file says that they run as compressed rows, and so they are retrained. */
    @Test
    void compressedRowsAreRetrainedAsSuchThroughCutsToo() {
        Path compact = folder.resolve("compact.safetensors");
        try (Backend backend = Backends.open("cpu"); Model model = ModelFile.load(given.path(), backend)) {
            try (Scope scope = backend.scope()) {
                for (String name : List.of("conv2.weight", "fc6.weight")) {
                    Parameter weight = model.parameter(name);
                    Mask positive = Mask.ofNonZeros(weight.spec().shape(), weight.value().step().toDoubles());
                    weight.store(WeightStorage.csr(weight.value(), positive));
                }
            }
            ModelFile.saveCompact(model, compact, Map.of());
        }
        given = GivenWeights.of(compact);
        FilePrunedRun run = run(false);
        Path whole = folder.resolve("whole");
        complete(whole, run, NEVER);
        Path cut = folder.resolve("cut");
        for (String moment : List.of("step 1 of 2: retrained", "step 2 of 2: ")) {
            assertThrows(CutOff.class, () -> complete(cut, run, moment), moment);
        }
        complete(cut, run, NEVER);
        assertEquals(result(whole, run).modelSha256(), result(cut, run).modelSha256());
        Path pruned = new FinishedRuns(RunStore.at(cut)).find(run).orElseThrow().model();
        try (Backend backend = Backends.open("cpu"); Model model = ModelFile.load(pruned, backend)) {
            for (String name : List.of("conv2.weight", "fc6.weight")) {
                assertInstanceOf(WeightStorage.Csr.class, model.parameter(name).storage(), name);
            }
            assertEquals(18_432, model.parameter("fc6.weight").storage().mask().keptCount());
            assertEquals(6_400, model.parameter("conv2.weight").storage().mask().keptCount());
        }
    }

    private static Dropout dropout(Model model, String layer) {
        return assertInstanceOf(Dropout.class, model.network().node(layer).layer());
    }

    /** D_r = D_o sqrt(C_r / C_o) against the dense layer at each step: 0.5 sqrt(1/4), then 0.5 sqrt(1/16). */
    @Test
    void dropoutFallsWithTheConnectionsWhileRetrainingAndNotInTheModel() {
        FilePrunedRun run = run(true);
        Path runs = folder.resolve("runs");
        try (Backend backend = Backends.open("cpu")) {
            Path state = RunStore.at(runs).folder(run.id()).resolve("state.safetensors");
            assertThrows(CutOff.class, () -> complete(runs, run, "step 1 of 2, fully connected: retrained"));
            try (Model model = ModelFile.load(state, backend)) {
                assertEquals(0.25, dropout(model, "drop6").rate(), 1e-15);
                assertEquals(0.5, dropout(model, "drop7").rate(), 1e-15);
            }
            complete(runs, run, NEVER);
            try (Model model = ModelFile.load(state, backend)) {
                assertEquals(0.125, dropout(model, "drop6").rate(), 1e-15);
            }
            Path last = new FinishedRuns(RunStore.at(runs)).find(run).orElseThrow().model();
            try (Model model = ModelFile.load(last, backend)) {
                assertEquals(Networks.named(NETWORK), model.network());
                assertEquals(18_432, model.parameter("fc6.weight").storage().mask().keptCount());
            }
        }
    }

    /** When fully connected layers have had their turn the convolutions are those of the file, and pruned of nothing. */
    @Test
    void thePartThatWaitsStaysToTheBit() {
        FilePrunedRun run = run(true);
        Path runs = folder.resolve("runs");
        assertThrows(CutOff.class, () -> complete(runs, run, "step 1 of 2, fully connected: retrained"));
        Path state = RunStore.at(runs).folder(run.id()).resolve("state.safetensors");
        assertArrayEquals(StoredWeight.read(given.path(), "conv2.weight").keptValues(),
                StoredWeight.read(state, "conv2.weight").keptValues());
        double[] trained = StoredWeight.read(state, "fc8.weight").keptValues();
        assertFalse(Arrays.equals(StoredWeight.read(given.path(), "fc8.weight").keptValues(), trained));

        complete(runs, run, NEVER);
        assertEquals(6_400, StoredWeight.read(state, "conv2.weight").keptValues().length);
    }

    @Test
    void turnsAreAnotherExperimentThanAllAtOnce() {
        assertEquals(4, run(true).stages());
        assertEquals(2, run(false).stages());
        assertFalse(run(true).id().equals(run(false).id()));
        assertEquals("step 2 of 2", run(false).title(2));
        assertEquals(2 * run(false).imagesToTrain(), run(true).imagesToTrain());
        assertEquals(48, run(false).imagesToTrain());
    }

    @Test
    void theStoreKnowsWhatItIsAbout() {
        FilePrunedRun run = run(false);
        Path runs = folder.resolve("runs");
        complete(runs, run, NEVER);
        StoredRun stored = StoredRun.of(RunStore.at(runs), run.id());
        StoredRun.Subject subject = stored.subject().orElseThrow();
        assertEquals(StoredRun.Kind.FILE_PRUNED, subject.kind());
        assertEquals("file pruned", subject.kind().label());
        assertEquals(NETWORK, subject.network());
        assertEquals(5, subject.seed());
        assertEquals(new TreeMap<>(Map.of("conv2", 0.25, "fc6", 0.0625)), subject.keptShares());
        assertEquals(714_592 - 294_912 + 18_432 - 25_600 + 6_400, stored.result().orElseThrow().keptWeights());
    }

    @Test
    void weightsThatNobodyBringsAreAsked() {
        try (Backend backend = Backends.open("cpu")) {
            Runner runner = new Runner(RunStore.at(folder.resolve("runs")), backend, DATA, _ -> {});
            String told = assertThrows(IllegalArgumentException.class, () -> runner.complete(List.of(run(false))))
                    .getMessage();
            assertTrue(told.contains(given.sha256()), told);
        }
    }
}
