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
    private static final int KILLS = 6;

    /** Of so many one is killed at any moment of its life, the others some time after their first checkpoint. */
    private static final int ANY_MOMENT = 3;

    private static final int LATEST_MILLIS = 300;
    private static final int PATIENCE_MILLIS = 120_000;

    @Test
    void killedRunsEndWithTheBitsOfRunsNeverKilled(@TempDir Path folder) throws IOException, InterruptedException {
        Random moments = new Random(2015);
        List<Path> killed = new ArrayList<>(List.of(folder.resolve("killed-0")));
        for (String experiment : List.of(SmallRuns.DENSE, SmallRuns.PRUNED)) {
            int goneOn = kill(killed, experiment, moments);
            assertTrue(goneOn > 0, "no process went on from a checkpoint");
        }
        Path whole = folder.resolve("whole");
        Dataset dataset = SmallRuns.digits();
        PrunedRun experiment = SmallRuns.killable(dataset);
        SmallRuns.complete(whole, dataset, experiment, _ -> {});
        for (Path runs : killed) {
            assertEquals(0, finish(runs, SmallRuns.PRUNED));
            assertSame(whole, runs, experiment.dense());
            assertSame(whole, runs, experiment);
        }
    }

    @Test
    void killedLevelsEndWithTheBitsOfLevelsNeverKilled(@TempDir Path folder) throws IOException, InterruptedException {
        Dataset dataset = SmallRuns.digits();
        LevelsRun experiment = SmallRuns.levels(SmallRuns.killable(dataset).dense());
        Path whole = folder.resolve("whole");
        SmallRuns.complete(whole, dataset, experiment, _ -> {});
        List<Path> killed = new ArrayList<>(List.of(folder.resolve("killed-0")));
        assertEquals(0, finish(killed.getFirst(), SmallRuns.DENSE));
        int goneOn = kill(killed, SmallRuns.LEVELS, new Random(5));
        assertTrue(goneOn > 0, "no process went on from a checkpoint");
        for (Path runs : killed) {
            assertEquals(0, finish(runs, SmallRuns.LEVELS));
            assertSame(whole, runs, experiment);
        }
    }

    @Test
    void killedScansEndWithThePointsOfScansNeverKilled(@TempDir Path folder) throws IOException, InterruptedException {
        Dataset dataset = SmallRuns.digits();
        SensitivityRun experiment = SmallRuns.killableScan(dataset);
        Path whole = folder.resolve("whole");
        SmallRuns.complete(whole, dataset, experiment, _ -> {});
        List<Path> killed = new ArrayList<>(List.of(folder.resolve("killed-0")));
        assertEquals(0, finish(killed.getFirst(), SmallRuns.DENSE));
        int goneOn = kill(killed, SmallRuns.SCAN, new Random(6));
        assertTrue(goneOn > 0, "no process went on from a point");
        for (Path runs : killed) {
            assertEquals(0, finish(runs, SmallRuns.SCAN));
            assertSame(whole, runs, experiment);
            assertEquals(points(whole, experiment), points(runs, experiment));
        }
        assertEquals(experiment.points(), points(whole, experiment).size());
    }

    private static List<SensitivityPoint> points(Path runs, SensitivityRun experiment) {
        return new FinishedRuns(RunStore.at(runs)).sensitivity(experiment).orElseThrow();
    }

    /**
     * Kills a run so many times, then lets it finish. Where it came to its end before that, another one is begun.
     *
     * @param folders of runs: begun in the last one, new ones are added
     * @return how many processes went on from a checkpoint
     */
    private static int kill(List<Path> folders, String experiment, Random moments)
            throws IOException, InterruptedException {
        int goneOn = 0;
        for (int kills = 0; kills < KILLS;) {
            Path runs = folders.getLast();
            List<Object> before = checkpoints(runs);
            Process process = start(runs, experiment);
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
                folders.add(runs.resolveSibling("killed-" + folders.size()));
            }
        }
        assertEquals(0, finish(folders.getLast(), experiment));
        return goneOn;
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

    private static Process start(Path runs, String experiment) throws IOException {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                SmallRuns.class.getName(),
                runs.toString(),
                experiment)
                .redirectErrorStream(true)
                .start();
    }

    /** The line that says that the process works at a run: it begins it or goes on with it. */
    private static String firstWorkLine(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
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
        // not a walk, which looks at each file: a part file may be gone by then
        try (Stream<Path> folders = Files.list(runs)) {
            for (Path state : folders.map(run -> run.resolve("state.safetensors")).sorted().toList()) {
                if (Files.exists(state)) {
                    keys.add(List.of(state, Files.readAttributes(state, BasicFileAttributes.class).fileKey()));
                }
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

    private static int finish(Path runs, String experiment) throws IOException, InterruptedException {
        Process process = start(runs, experiment);
        process.getInputStream().transferTo(System.out);
        return process.waitFor();
    }
}
