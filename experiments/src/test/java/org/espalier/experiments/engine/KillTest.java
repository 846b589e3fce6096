package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.espalier.data.Dataset;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed over and over ends with the same bits as one that never was. */
final class KillTest {
    private static final int KILLS = 12;

    /** Every third is killed at any moment of its life, the others some time after their first checkpoint. */
    private static final int ANY_MOMENT = 3;

    private static final int LATEST_MILLIS = 300;
    private static final int PATIENCE_MILLIS = 120_000;

    /** Where a run came to its end before it was killed often enough, another one is begun. */
    @Test
    void killedRunsEndWithTheBitsOfRunsNeverKilled(@TempDir Path folder) throws IOException, InterruptedException {
        Random moments = new Random(2015);
        List<Path> killed = new ArrayList<>(List.of(folder.resolve("killed-0")));
        int goneOn = 0;
        for (int kills = 0; kills < KILLS; ) {
            Path runs = killed.getLast();
            List<Object> before = checkpoints(runs);
            Process process = start(runs);
            if (kills % ANY_MOMENT == 0) {
                process.waitFor(moments.nextInt(10 * LATEST_MILLIS), TimeUnit.MILLISECONDS);
            } else {
                goneOn += firstWorkLine(process).contains("goes on") ? 1 : 0;
                awaitCheckpoint(process, runs, before);
                process.waitFor(moments.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
            }
            if (process.isAlive()) {
                process.destroyForcibly().waitFor();
                kills++;
            } else {
                assertEquals(0, process.exitValue());
                killed.add(folder.resolve("killed-" + killed.size()));
            }
        }
        assertTrue(goneOn > 0, "no process went on from a checkpoint");
        assertEquals(0, finish(killed.getLast()));

        Path whole = folder.resolve("whole");
        Dataset dataset = SmallRuns.digits();
        PrunedRun experiment = SmallRuns.pruned(SmallRuns.dense(dataset, 4, 0.1));
        SmallRuns.complete(whole, dataset, experiment, _ -> {});
        for (Path runs : killed) {
            assertSame(whole, runs, experiment.dense());
            assertSame(whole, runs, experiment);
        }
    }

    private static void assertSame(Path whole, Path killed, Experiment experiment) throws IOException {
        RunResult expected = result(whole, experiment);
        RunResult found = result(killed, experiment);
        assertEquals(expected.modelSha256(), found.modelSha256());
        assertEquals(expected.test(), found.test());
        assertEquals(expected.layers(), found.layers());
        assertEquals(events(whole, experiment), events(killed, experiment));
    }

    private static RunResult result(Path runs, Experiment experiment) {
        return RunResult.of((Run.Finished) RunStore.at(runs).look(experiment.id()));
    }

    private static String events(Path runs, Experiment experiment) throws IOException {
        return Files.readString(RunStore.at(runs).folder(experiment.id()).resolve("events.jsonl"));
    }

    private static Process start(Path runs) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallRuns.class.getName(),
                        runs.toString())
                .redirectErrorStream(true)
                .start();
    }

    /** The line that says that the process works at a run: it begins it or goes on with it. */
    private static String firstWorkLine(Process process) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.endsWith(": begins") || line.contains(": goes on")) {
                return line;
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("the process ended without working: " + all);
    }

    /** What tells one checkpoint from the next: they are renamed into place, so each is another file. */
    private static List<Object> checkpoints(Path runs) throws IOException {
        if (!Files.exists(runs)) {
            return List.of();
        }
        List<Object> keys = new ArrayList<>();
        try (Stream<Path> files = Files.walk(runs)) {
            for (Path state : files.filter(file -> file.endsWith("state.safetensors")).sorted().toList()) {
                keys.add(List.of(state, Files.readAttributes(state, BasicFileAttributes.class).fileKey()));
            }
        }
        return keys;
    }

    private static void awaitCheckpoint(Process process, Path runs, List<Object> before)
            throws IOException, InterruptedException {
        for (int waited = 0; checkpoints(runs).equals(before); waited++) {
            assertTrue(waited < PATIENCE_MILLIS, "no checkpoint came");
            if (process.waitFor(1, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private static int finish(Path runs) throws IOException, InterruptedException {
        Process process = start(runs);
        process.getInputStream().transferTo(System.out);
        return process.waitFor();
    }
}
