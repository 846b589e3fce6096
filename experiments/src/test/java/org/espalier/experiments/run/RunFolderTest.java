package org.espalier.experiments.run;

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
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunFolderTest {
    private record Experiment(String network, int epochs) {}

    private static final Experiment EXPERIMENT = new Experiment("lenet5", 3);
    private static final String TEXT = CanonicalText.of(EXPERIMENT);
    private static final RunId ID = RunId.of("digits-lenet5", EXPERIMENT);
    private static final Provenance NOW = provenance(256, "2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void aStore() {
        store = RunStore.at(folder.resolve("runs"));
    }

    private static Provenance provenance(int vectorBits, String started) {
        return new Provenance(new CodeVersion("c0ffee", "none"), "vm", "os", "cpu", "cpu", vectorBits, "default",
                2, "md5:1", 7, Map.of(), started);
    }

    private static SafetensorsWriter state(int step) {
        return new SafetensorsWriter().ints("step", Shape.scalar(), new int[] {step});
    }

    private RunFolder open() {
        return store.open(ID, TEXT, NOW);
    }

    /** Three epochs, a checkpoint after the second, an end without notice. */
    private void interrupted() {
        try (RunFolder run = open()) {
            run.event(Map.of("epoch", 1));
            run.event(Map.of("epoch", 2));
            run.saveState(state(2));
            run.event(Map.of("epoch", 3));
        }
    }

    @Test
    void aRunFromItsBeginningToItsEnd() throws IOException {
        assertEquals(new Run.Unfinished(ID, "not begun"), store.look(ID));
        assertEquals(List.of(), store.ids());
        try (RunFolder run = open()) {
            assertEquals(folder.resolve("runs").resolve(ID.text()), run.path());
            assertEquals(Optional.empty(), run.openState());
            assertEquals(new Run.Unfinished(ID, "not finished, has no checkpoint"), store.look(ID));
            run.event(Map.of("epoch", 1));
            run.saveState(state(1));
            assertEquals(new Run.Unfinished(ID, "not finished, has a checkpoint"), store.look(ID));
            run.finish(Map.of("error", 0.0164));
            assertTrue(run.isFinished());
            assertThrows(IllegalStateException.class, () -> run.event(Map.of("epoch", 2)));
            assertThrows(IllegalStateException.class, () -> run.saveState(state(2)));
            assertThrows(IllegalStateException.class, () -> run.finish(Map.of()));
        }
        Run.Finished finished = assertInstanceOf(Run.Finished.class, store.look(ID));
        assertEquals(0.0164, finished.result().get("error").asDouble());
        assertEquals(NOW, finished.provenance());
        assertEquals(List.of(ID), store.ids());
        assertEquals(Optional.of(TEXT), store.experiment(ID));
        assertEquals(1, store.events(ID).size());
        try (var files = Files.list(store.folder(ID))) {
            assertEquals(List.of("events.jsonl", "experiment.txt", "lock", "provenance.json", "result.json",
                    "state.safetensors"), files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void anInterruptedRunGoesOnFromItsCheckpoint() throws IOException {
        interrupted();
        Files.writeString(store.folder(ID).resolve(".result.json.0.part"), "half");
        try (RunFolder run = store.open(ID, TEXT, provenance(256, "2026-02-02T02:02:02Z"))) {
            try (SafetensorsFile state = run.openState().orElseThrow()) {
                assertEquals(2, state.ints("step")[0]);
            }
            assertEquals(2, run.events().size());
            assertEquals(NOW, run.provenance());
            run.event(Map.of("epoch", 3));
            run.finish(Map.of());
        }
        assertEquals("{\"epoch\":1}\n{\"epoch\":2}\n{\"epoch\":3}\n",
                Files.readString(store.folder(ID).resolve("events.jsonl")));
        assertFalse(Files.exists(store.folder(ID).resolve(".result.json.0.part")));
    }

    @Test
    void aRunWithoutACheckpointBeginsAnewUnderTheNewCircumstances() {
        try (RunFolder run = open()) {
            run.event(Map.of("epoch", 1));
        }
        Provenance now = provenance(512, "2026-02-02T02:02:02Z");
        try (RunFolder run = store.open(ID, TEXT, now)) {
            assertEquals(List.of(), run.events());
            run.finish(Map.of());
        }
        assertEquals(now, assertInstanceOf(Run.Finished.class, store.look(ID)).provenance());
    }

    @Test
    void otherCircumstancesAreRefusedAndChangeNothing() throws IOException {
        interrupted();
        UsageException refused =
                assertThrows(UsageException.class, () -> store.open(ID, TEXT, provenance(512, "2026-02-02T02:02:02Z")));
        assertTrue(refused.getMessage().contains("vector width was 256, is 512"), refused.getMessage());
        assertEquals(3, store.events(ID).size());
        open().close();                          // and the refusal let go of the lock
    }

    @Test
    void aFinishedRunIsOpenedAsItIs() {
        interrupted();
        try (RunFolder run = open()) {
            run.event(Map.of("epoch", 3));
            run.finish(Map.of());
        }
        try (RunFolder run = store.open(ID, TEXT, provenance(512, "2026-02-02T02:02:02Z"))) {
            assertTrue(run.isFinished());
            assertEquals(NOW, run.provenance());
        }
        assertEquals(3, store.events(ID).size());
    }

    @Test
    void aFolderOfAnotherExperimentIsRefused() {
        open().close();
        assertThrows(BadFileException.class, () -> store.open(ID, CanonicalText.of(new Experiment("lenet5", 4)), NOW));
    }

    @Test
    void aBrokenCheckpointIsNamed() throws IOException {
        interrupted();
        Path state = store.folder(ID).resolve("state.safetensors");
        byte[] bytes = Files.readAllBytes(state);
        Files.write(state, Arrays.copyOf(bytes, bytes.length - 1));
        assertEquals(state, assertThrows(BadFileException.class, this::open).file());
        state(2).write(state);                   // whole, but nobody counted its events
        assertTrue(assertThrows(BadFileException.class, this::open).getMessage().contains("espalier.events"));
        state(2).metadata("espalier.events", "4").write(state);
        assertEquals(store.folder(ID).resolve("events.jsonl"), assertThrows(BadFileException.class, this::open).file());
    }

    @Test
    void anUnwritableStoreIsOneLineThatSaysWhatToDo() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        UsageException refused =
                assertThrows(UsageException.class, () -> RunStore.at(file.resolve("runs")).open(ID, TEXT, NOW));
        assertTrue(refused.getMessage().startsWith("cannot write " + file.resolve("runs")), refused.getMessage());
        assertTrue(refused.getMessage().endsWith("; name another folder with --runs DIR or ESPALIER_RUNS"));
        assertFalse(refused.getMessage().contains("\n"));
        assertEquals(2, ExitCode.of(refused).number());
    }

    /** The folder vanishes under the run: whatever is the matter with the disk, the run fails in one line. */
    @Test
    void aDiskThatFailsStopsTheRun() throws IOException {
        try (RunFolder run = open()) {
            try (var files = Files.list(run.path())) {
                files.forEach(file -> assertTrue(file.toFile().delete()));
            }
            Files.delete(run.path());
            RunFailedException failed = assertThrows(RunFailedException.class, () -> run.saveState(state(1)));
            assertTrue(failed.getMessage().startsWith("run " + ID + " stopped: cannot write "), failed.getMessage());
            assertFalse(failed.getMessage().contains("\n"));
            assertEquals(1, ExitCode.of(failed).number());
        }
    }

    @Test
    void theStoreIsWhereTheUserSays() {
        Map<String, String> environment = Map.of("ESPALIER_RUNS", "/e");
        assertEquals(Path.of("/o"), RunStore.from(Optional.of("/o"), environment).root());
        assertEquals(Path.of("/e"), RunStore.from(Optional.empty(), environment).root());
        assertEquals(Path.of("runs"), RunStore.from(Optional.empty(), Map.of("ESPALIER_RUNS", " ")).root());
        assertEquals(Path.of("runs"), RunStore.from(Optional.empty(), Map.of()).root());
        assertThrows(UsageException.class, () -> RunStore.from(Optional.of("a\0b"), Map.of()));
    }

    @Test
    void foldersThatAreNoRunsArePassedOver() throws IOException {
        open().close();
        Files.createDirectory(folder.resolve("runs/notes"));
        Files.createDirectory(folder.resolve("runs/digits-lenet5-000000000000"));
        assertEquals(List.of(ID), store.ids());
    }

    @Test
    void failuresHaveTheirExitCodes() {
        assertEquals(0, ExitCode.OK.number());
        assertEquals(2, ExitCode.of(new BadFileException(folder, "is bad", "a good one")).number());
        assertEquals(1, ExitCode.of(new CannotWriteException(folder, new IOException("full"))).number());
        assertEquals(1, ExitCode.of(new IllegalStateException()).number());
    }
}
