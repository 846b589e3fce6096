package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.Dataset;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunFailedException;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.model.Model;
import org.espalier.prune.Han2015;
import org.espalier.prune.LayerWork;
import org.espalier.prune.Sensitivity;
import org.espalier.prune.allocate.SameQuality;
import org.espalier.prune.schedule.Iterative;
import org.espalier.prune.schedule.OneShot;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunnerTest {
    private static final Dataset DIGITS = SmallRuns.digits();

    @TempDir
    private Path runs;

    private List<String> complete(List<? extends Experiment> experiments) {
        List<String> told = new ArrayList<>();
        try (Backend backend = Backends.open("cpu")) {
            new Runner(RunStore.at(runs), backend, DIGITS, Duration.ofMinutes(1), told::add).complete(experiments);
        }
        return told;
    }

    @Test
    void studiesShareTheNetworkThatTheyPrune() {
        DenseRun dense = SmallRuns.dense(DIGITS, 1, 0.1);
        PrunedRun pruned = SmallRuns.pruned(dense);
        assertEquals(List.of(dense.id() + ": begins"), complete(List.of(dense)));
        assertEquals(List.of(dense.id() + ": finished before", pruned.id() + ": begins"), complete(List.of(pruned)));
        assertEquals(
                List.of(dense.id() + ": finished before", pruned.id() + ": finished before"),
                complete(List.of(pruned)));
    }

    @Test
    void aPrunedRunKeepsExactlyWhatItShould() {
        PrunedRun pruned = SmallRuns.pruned(SmallRuns.dense(DIGITS, 1, 0.1));
        complete(List.of(pruned));
        FinishedRun run = new FinishedRuns(RunStore.at(runs)).find(pruned).orElseThrow();
        assertEquals(266_610, run.result().parameters());
        assertEquals(266_200, run.result().weights());
        assertEquals(21_776, run.result().keptWeights());
        assertEquals(22_186, run.result().keptParameters());
        assertEquals(100, run.result().test().count());
        assertEquals(List.of(18_816L, 2_700L, 260L), run.result().layers().stream().map(LayerWork::kept).toList());
        assertEquals(pruned.imagesToTrain(), run.result().pace().images());
        assertEquals("250", run.provenance().settings().get("training images in the set"), "of which it takes 200");

        StoredWeight last = StoredWeight.read(run.model(), "fc1.weight");
        StoredWeight afterPrune = StoredWeight.read(run.afterPrune(), "fc1.weight");
        assertEquals(18_816, afterPrune.keptValues().length);
        assertEquals(18_816, last.keptValues().length);
        try (SafetensorsFile file = SafetensorsFile.open(run.model())) {
            assertEquals("caffe-mnist", file.metadata().get(ModelFile.PREPROCESSING));
        }
        try (Backend backend = Backends.open("cpu");
                Model model = ModelFile.load(run.model(), backend)) {
            assertEquals("lenet-300-100", model.network().name());
            assertEquals(21_776, model.keptWeights());
        }
    }

    /** Three steps of two epochs: kept after step k are round(p^(k/3) n) weights a layer, by hand for fc3: 638, 407, 260. */
    @Test
    void eventsTellEveryPruneAndEveryEpoch() {
        PrunedRun pruned = SmallRuns.pruned(SmallRuns.dense(DIGITS, 1, 0.1));
        complete(List.of(pruned));
        var events = RunStore.at(runs).events(pruned.id());
        assertEquals(
                List.of("prune", "epoch", "epoch", "prune", "epoch", "epoch", "prune", "epoch", "epoch"),
                events.stream().map(event -> event.path("event").asText()).toList());
        assertEquals(
                List.of(638, 407, 260),
                events.stream()
                        .filter(event -> event.path("event").asText().equals("prune"))
                        .map(event -> event.path("layers").path(2).path("kept").asInt())
                        .toList());
    }

    /**
     * A level is what a run with that one step has right after its prune: it begins with the dense weights again. The first
     * is all of such a run, the later ones shuffle otherwise when they retrain.
     */
    @Test
    void everyLevelBeginsWithTheDenseWeights() {
        LevelsRun levels = SmallRuns.levels(SmallRuns.dense(DIGITS, 2, 0.1));
        List<PrunedRun> alone = Stream.of(2, 4, 10)
                .map(c -> new PrunedRun(levels.dense(), Han2015.method(new SameQuality(c)).with(new OneShot()),
                        levels.retrain()))
                .toList();
        List<Experiment> all = new ArrayList<>(alone);
        all.add(levels);
        complete(all);
        FinishedRuns finished = new FinishedRuns(RunStore.at(runs));
        TrainingCurve curve = finished.curve(levels).orElseThrow();
        assertEquals(List.of(133_100L, 66_550L, 26_620L),
                curve.prunes().stream().map(TrainingCurve.Prune::kept).toList());
        List<TrainingCurve> each = alone.stream().map(run -> finished.curve(run).orElseThrow()).toList();
        assertEquals(
                each.stream().map(one -> one.prunes().getFirst().testError()).toList(),
                curve.prunes().stream().map(TrainingCurve.Prune::testError).toList());
        assertEquals(each.getFirst().stepErrors(), curve.stepErrors().subList(0, 1));
        assertEquals(3, curve.stepErrors().size());
        assertEquals(26_620, finished.find(levels).orElseThrow().result().keptWeights());
    }

    /** Without retraining what is measured right after the prune is all there is. */
    @Test
    void levelsNeedNotBeRetrained() {
        LevelsRun levels = SmallRuns.levels(SmallRuns.dense(DIGITS, 1, 0.1));
        LevelsRun plain = new LevelsRun(levels.dense(), levels.method(), levels.retrain().withEpochs(0));
        complete(List.of(plain));
        TrainingCurve curve = new FinishedRuns(RunStore.at(runs)).curve(plain).orElseThrow();
        assertEquals(List.of(), curve.epochs());
        assertEquals(curve.prunes().stream().map(TrainingCurve.Prune::testError).toList(), curve.stepErrors());
        assertEquals(0, plain.imagesToTrain());
        assertEquals(3 * 200, levels.imagesToTrain());
    }

    /**
     * Fully connected layers first, then convolutions: LeNet-5's fc1 and fc2, then conv1 and conv2, of which 330 and 3,000 are
     * kept in the end; fc1 keeps 32,000 and fc2 950. Two steps: the first keeps the roots of the shares.
     */
    @Test
    void partsTakeTurns() {
        DenseRun like = SmallRuns.dense(DIGITS, 1, 0.1);
        DenseRun dense = new DenseRun(NetworkSpec.of("lenet-5-caffe"), like.data(), like.recipe(), 16, 3, "cpu");
        TurnsRun turns = new TurnsRun(new PrunedRun(dense, Han2015.LENET_5.with(new Iterative(2)),
                SmallRuns.pruned(like).retrain().withEpochs(1)));
        complete(List.of(turns));
        FinishedRuns finished = new FinishedRuns(RunStore.at(runs));
        TrainingCurve curve = finished.curve(turns).orElseThrow();
        long fullyConnected = Math.round(Math.sqrt(0.08) * 400_000) + Math.round(Math.sqrt(0.19) * 5_000);
        long convolutions = Math.round(Math.sqrt(0.66) * 500) + Math.round(Math.sqrt(0.12) * 25_000);
        assertEquals(
                List.of(25_500 + fullyConnected, convolutions + fullyConnected, convolutions + 32_950, 36_280L),
                curve.prunes().stream().map(TrainingCurve.Prune::kept).toList());
        assertEquals(List.of(1, 2, 3, 4), curve.epochs().stream().map(TrainingCurve.Epoch::step).toList());
        assertEquals(4 * 200, turns.imagesToTrain());
        StoredRun stored = StoredRun.of(RunStore.at(runs), turns.id());
        assertEquals(0.12, stored.subject().orElseThrow().keptShares().get("conv2"));
        assertEquals("pruned in turns", stored.subject().orElseThrow().kind().label());
        assertEquals(36_280, stored.result().orElseThrow().keptWeights());
    }

    @Test
    void aSensitivityScanLeavesTheNetworkAlone() {
        DenseRun dense = SmallRuns.dense(DIGITS, 2, 0.1);
        SensitivityRun scan = new SensitivityRun(dense, List.of(1.0, 0.5, 0.0));
        complete(List.of(scan));
        FinishedRuns finished = new FinishedRuns(RunStore.at(runs));
        List<SensitivityPoint> points = finished.sensitivity(scan).orElseThrow();
        RunResult of = finished.find(scan).orElseThrow().result();
        assertEquals(finished.find(dense).orElseThrow().result().modelSha256(), of.modelSha256());
        assertEquals(9, points.size());
        assertEquals(new SensitivityPoint("fc1", 1.0, 235_200, 235_200, of.test().top1()), points.getFirst());
        assertEquals(List.of(117_600L, 0L), points.subList(1, 3).stream().map(SensitivityPoint::kept).toList());
        assertEquals("fc3", points.get(8).layer());
        assertTrue(points.get(8).testAccuracy() < 0.3, "biases alone can't tell digits apart");
    }

    /** What was found before the cut stands: an accuracy that no network has comes back as it was written down. */
    @Test
    void aScanThatWasCutOffGoesOnBehindItsLastPoint() throws Exception {
        DenseRun dense = SmallRuns.dense(DIGITS, 2, 0.1);
        SensitivityRun scan = new SensitivityRun(dense, List.of(1.0, 0.5, 0.0));
        complete(List.of(scan));
        FinishedRuns finished = new FinishedRuns(RunStore.at(runs));
        List<SensitivityPoint> whole = finished.sensitivity(scan).orElseThrow();
        Path folder = RunStore.at(runs).folder(scan.id());
        Path log = folder.resolve("events.jsonl");
        List<String> lines = Files.readAllLines(log);
        assertEquals(9, lines.size());

        Files.delete(folder.resolve("result.json"));
        String tampered = lines.get(1).replaceFirst("\"testAccuracy\":[0-9.]+", "\"testAccuracy\":0.123456789");
        // A third point was written and belongs to no checkpoint; a fourth was torn off in the middle.
        Files.writeString(log, String.join("\n", lines.get(0), tampered, lines.get(2), lines.get(3).substring(0, 20)));
        checkpointAfter(folder, 2);
        assertEquals(
                List.of(dense.id() + ": finished before", scan.id() + ": goes on after 2 of 9 points"),
                complete(List.of(scan)).subList(0, 2));
        List<SensitivityPoint> resumed = finished.sensitivity(scan).orElseThrow();
        assertEquals(0.123456789, resumed.get(1).testAccuracy());
        assertEquals(whole.get(0), resumed.get(0));
        assertEquals(whole.subList(2, 9), resumed.subList(2, 9));
        assertEquals(lines.subList(2, 9), Files.readAllLines(log).subList(2, 9));
        assertTrue(finished.find(scan).orElseThrow().result().pace().seconds() > 1000, "the earlier sitting counts");
    }

    /** As if a run had been stopped after so many events and 1,000 seconds. */
    private static void checkpointAfter(Path folder, int events) {
        new SafetensorsWriter()
                .metadata("espalier.seconds", "1000")
                .metadata("espalier.events", Integer.toString(events))
                .write(folder.resolve("state.safetensors"));
    }

    @Test
    void aScanDoesNotGoOnFromEventsThatAreNoPoints() throws Exception {
        SensitivityRun scan = new SensitivityRun(SmallRuns.dense(DIGITS, 1, 0.1), List.of(0.5));
        complete(List.of(scan));
        Path folder = RunStore.at(runs).folder(scan.id());
        Files.delete(folder.resolve("result.json"));
        Files.writeString(folder.resolve("events.jsonl"), "{\"event\":\"point\"}\n");
        checkpointAfter(folder, 1);
        String message = assertThrows(UsageException.class, () -> complete(List.of(scan))).getMessage();
        assertTrue(message.startsWith("an event of run " + scan.id() + " is no point of a scan"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void aLossThatIsNotANumberFailsTheRun() {
        DenseRun wild = SmallRuns.dense(DIGITS, 3, 1e20);
        RunFailedException failure = assertThrows(RunFailedException.class, () -> complete(List.of(wild)));
        assertTrue(failure.getMessage()
                .matches("(?s)run " + wild.id() + " stopped: the loss became .* at step .* parameter .*")
                || failure.getMessage().contains("layer"), failure.getMessage());
        assertEquals(ExitCode.FAILED, ExitCode.of(failure));
        assertFalse(RunStore.at(runs).look(wild.id()) instanceof Run.Finished);
    }

    @Test
    void aRunThatIsWorkedOnIsRefused() {
        DenseRun dense = SmallRuns.dense(DIGITS, 1, 0.1);
        try (var _ = RunStore.at(runs).open(dense.id(), dense.text(), provenance())) {
            UsageException refusal = assertThrows(UsageException.class, () -> complete(List.of(dense)));
            assertTrue(refusal.getMessage().contains("another process"), refusal.getMessage());
        }
    }

    @Test
    void aBrokenCheckpointIsAnError() throws Exception {
        DenseRun dense = SmallRuns.dense(DIGITS, 1, 0.1);
        complete(List.of(dense));
        Path folder = RunStore.at(runs).folder(dense.id());
        Files.delete(folder.resolve("result.json"));
        byte[] state = Files.readAllBytes(folder.resolve("state.safetensors"));
        Files.write(folder.resolve("state.safetensors"), java.util.Arrays.copyOf(state, state.length / 2));
        assertThrows(BadFileException.class, () -> complete(List.of(dense)));
    }

    @Test
    void experimentsOfOtherDataAreRefused() {
        DenseRun dense = SmallRuns.dense(DIGITS, 1, 0.1);
        DataSpec other = new DataSpec("digits", "0000", 200, dense.data().preprocessing());
        DenseRun wrong = new DenseRun(dense.network(), other, dense.recipe(), 16, 3, "cpu");
        assertThrows(IllegalArgumentException.class, () -> complete(List.of(wrong)));
    }

    @Test
    void timeLeftComesFromRunsOfTheSameNetwork() {
        DenseRun dense = SmallRuns.dense(DIGITS, 1, 0.1);
        PrunedRun pruned = SmallRuns.pruned(dense);
        RunStore store = RunStore.at(runs);
        // 7e9 multiplications a second over 266,200 an image
        assertEquals(7e9 / 266_200, new TimeEstimate(store, 100).imagesPerSecond(dense.network()), 1e-9);
        complete(List.of(dense));
        RunResult.Pace pace = new FinishedRuns(store).find(dense).orElseThrow().result().pace();
        TimeEstimate estimate = new TimeEstimate(store, 100);
        assertEquals(0, estimate.secondsLeft(dense));
        assertEquals(1200 / (200 / pace.seconds()), estimate.secondsLeft(pruned), 1e-9);
    }

    /** Ten shares of each of three layers and once the network as it is: 31 times 100 test images. */
    @Test
    void timeLeftOfAScanIsThatOfItsMeasurements() throws Exception {
        DenseRun dense = SmallRuns.dense(DIGITS, 1, 0.1);
        SensitivityRun scan = new SensitivityRun(dense, Sensitivity.TENTHS);
        RunStore store = RunStore.at(runs);
        assertEquals(3100, new TimeEstimate(store, 100).images(scan));
        // a training step is a forward and a backward pass, the latter twice the work
        assertEquals(3100 / (3 * 7e9 / 266_200), new TimeEstimate(store, 100).secondsLeft(scan), 1e-9);
        complete(List.of(dense));
        RunResult.Pace training = new FinishedRuns(store).find(dense).orElseThrow().result().pace();
        assertEquals(3100 / (3 * training.imagesPerSecond()), new TimeEstimate(store, 100).secondsLeft(scan), 1e-9);

        complete(List.of(scan));
        RunResult.Pace measuring = new FinishedRuns(store).find(scan).orElseThrow().result().pace();
        assertEquals(3100, measuring.images());
        TimeEstimate estimate = new TimeEstimate(store, 100);
        assertEquals(0, estimate.secondsLeft(scan));
        assertEquals(training.imagesPerSecond(), estimate.imagesPerSecond(dense.network()), 1e-9, "training alone");
        SensitivityRun halves = new SensitivityRun(dense, List.of(0.5));
        assertEquals(300 / measuring.imagesPerSecond(), estimate.secondsLeft(halves), 1e-9);
        try (var folder = store.open(halves.id(), halves.text(), provenance())) {
            folder.event(java.util.Map.of("event", "point"));
        }
        assertEquals(200 / measuring.imagesPerSecond(), estimate.secondsLeft(halves), 1e-9);
        assertEquals(300 / measuring.imagesPerSecond(), estimate.secondsAnew(halves), 1e-9);
    }

    private static Provenance provenance() {
        return Provenance.now(new Provenance.Compute("cpu", 256, "", 1), "", 3, java.util.Map.of());
    }
}
