package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.nn.io.BadFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoredRunTest {
    private static final List<Experiment> TABLE_2 =
            Studies.named("han-table2").experiments(HandmadeRuns.setting(Preset.QUICK, 3L));
    private static final Experiment PRUNED =
            TABLE_2.stream().filter(PrunedRun.class::isInstance).findFirst().orElseThrow();
    private static final Experiment DENSE = PRUNED.parent().orElseThrow();

    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void twoRuns() {
        store = RunStore.at(folder);
        new HandmadeRuns(store).finish(DENSE, 164);
        new HandmadeRuns(store).finish(PRUNED, 159);
    }

    private StoredRun.State pruned() {
        return StoredRun.of(store, PRUNED.id()).state();
    }

    private Path file(String name) {
        return store.folder(PRUNED.id()).resolve(name);
    }

    private void assertBroken(String... words) {
        StoredRun.Broken broken = assertInstanceOf(StoredRun.Broken.class, pruned());
        for (String word : words) {
            assertTrue(broken.words().contains(word), broken.words());
        }
        assertFalse(broken.words().contains("\n"), broken.words());
    }

    @Test
    void aRunSaysWhatItIsAbout() {
        assertEquals(
                new StoredRun.Subject("lenet-300-100", "digits", "0badc0de", 60_000, "caffe-mnist",
                        OptionalInt.of(60_000), 3, "cpu",
                        StoredRun.Kind.DENSE, new TreeMap<>()),
                StoredRun.of(store, DENSE.id()).subject().orElseThrow());
        assertEquals(
                new StoredRun.Subject("lenet-300-100", "digits", "0badc0de", 60_000, "caffe-mnist",
                        OptionalInt.of(60_000), 3, "cpu",
                        StoredRun.Kind.PRUNED, new TreeMap<>(Map.of("fc1", 0.08, "fc2", 0.09, "fc3", 0.26))),
                StoredRun.of(store, PRUNED.id()).subject().orElseThrow());
        assertEquals(2, StoredRun.all(store).size());
        assertEquals(1.59, StoredRun.of(store, PRUNED.id()).result().orElseThrow().test().errorPercent());
    }

    /** Runs of earlier versions don't say how large their set was; nor do broken files. */
    @Test
    void theSetsSizeMayBeUnknown() throws IOException {
        String provenance = Files.readString(file("provenance.json"));
        for (String without : List.of(
                provenance.replaceAll("\"training images in the set\" : \"60000\"", "\"else\" : \"\""),
                provenance.replace("60000", "many"), "{")) {
            Files.writeString(file("provenance.json"), without);
            assertEquals(OptionalInt.empty(),
                    StoredRun.of(store, PRUNED.id()).subject().orElseThrow().setImages(), without);
        }
    }

    @Test
    void aTruncatedResultIsNamed() throws IOException {
        byte[] result = Files.readAllBytes(file("result.json"));
        for (int length : new int[] {0, 1, result.length / 2, result.length - 3}) {
            Files.write(file("result.json"), Arrays.copyOf(result, length));
            assertBroken("result.json");
        }
    }

    @Test
    void aFieldThatIsNotKnownIsNamed() throws IOException {
        String result = Files.readString(file("result.json"));
        Files.writeString(file("result.json"),
                result.replace("\"weights\" : 266200,", "\"weights\" : 266200, \"wights\" : 1,"));
        assertBroken("wights", PRUNED.id().text());
        Files.writeString(file("result.json"), result.replace("\"parameters\" : 266610,", ""));
        assertBroken("parameters", PRUNED.id().text());
    }

    @Test
    void aBrokenProvenanceIsNamed() throws IOException {
        Files.writeString(file("provenance.json"), "{}");
        assertBroken("provenance.json");
    }

    @Test
    void anExperimentThatDidNotNameItsFolderIsNamed() throws IOException {
        Files.writeString(file("experiment.txt"), PRUNED.text().replace("seed = 3L", "seed = 4L"));
        assertBroken("not the one", PRUNED.id().text());
        assertEquals(Optional.empty(), StoredRun.of(store, PRUNED.id()).subject());
    }

    /** Three prune steps of an epoch each, 100 more wrong an epoch before the end: 3.59, 2.59 and 1.59 %. */
    @Test
    void theCurveCountsEpochsOverAllSteps() {
        TrainingCurve curve = TrainingCurve.of(store, PRUNED.id());
        assertEquals(List.of(1, 2, 3), curve.epochs().stream().map(TrainingCurve.Epoch::count).toList());
        assertEquals(List.of(1, 2, 3), curve.epochs().stream().map(TrainingCurve.Epoch::step).toList());
        assertEquals(3.59, curve.epochs().getFirst().testError(), 1e-9);
        assertEquals(1.59, curve.epochs().getLast().testError(), 1e-9);
        assertEquals(2.59, curve.epochs().getLast().trainError(), 1e-9);
        assertEquals(List.of(0, 1, 2), curve.prunes().stream().map(TrainingCurve.Prune::after).toList());
        assertEquals(20.0, curve.prunes().getFirst().testError(), 1e-9);
        assertEquals(33_333, curve.prunes().getLast().kept());
    }

    @Test
    void aBrokenCurveIsNamed() throws IOException {
        Files.writeString(file("events.jsonl"), "{\"event\":\"epoch\",\"step\":1}\n");
        assertTrue(assertThrows(UsageException.class, () -> TrainingCurve.of(store, PRUNED.id()))
                .getMessage().contains(PRUNED.id().text()));
        Files.writeString(file("events.jsonl"), "{\"event\"\n");
        assertThrows(BadFileException.class, () -> TrainingCurve.of(store, PRUNED.id()));
    }
}
