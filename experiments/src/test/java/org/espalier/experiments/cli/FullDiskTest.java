package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.digits.Digits;
import org.espalier.data.idx.IdxWriter;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that takes no more than a few kilobytes of a file: a process of its own under the shell's limit, which the system
 * answers in the way it answers for a full disk, with a write that fails midway.
 */
final class FullDiskTest {
    /** Blocks of 512 or of 1024 bytes, as shells differ; a page and a checkpoint are larger than either. */
    private static final int BLOCKS = 8;

    @TempDir
    Path folder;

    @Test
    void aReportThatDoesNotFitIsOneLineAndLeavesTheOldOne() throws IOException, InterruptedException {
        Path runs = folder.resolve("runs");
        Path out = Files.createDirectory(folder.resolve("out"));
        new HandmadeRuns(RunStore.at(runs)).finishAll(Studies.named("han-table3"),
                HandmadeRuns.setting(Preset.QUICK, 1L), 80);
        Files.writeString(out.resolve("report.html"), "the old page");
        String complaint = complaint("report", "--runs", runs.toString(), "--out", out.toString());
        assertTrue(complaint.startsWith("espalier: cannot write " + out.resolve("report.html")), complaint);
        assertEquals("the old page", Files.readString(out.resolve("report.html"), StandardCharsets.UTF_8));
        assertEquals(List.of("report.html"), names(out), "nothing beside the old page");
    }

    /** The dense run of LeNet-300-100 ends at its first checkpoint, which holds 266,610 parameters of four bytes. */
    @Test
    void aTrainingThatDoesNotFitIsOneLineAndGoesOnWhereThereIsRoom() throws IOException, InterruptedException {
        Digits digits = Digits.draw(5, 150, 60);
        IdxWriter.write(Files.createDirectory(folder.resolve("data")), digits.train(), digits.test());
        Path runs = folder.resolve("runs");
        String complaint = complaint(training(runs));
        RunId begun = RunStore.at(runs).ids().getFirst();
        assertTrue(begun.text().startsWith("idx-lenet-300-100-s1-"), begun.text());
        Path run = runs.resolve(begun.text());
        assertTrue(complaint.startsWith(
                "espalier: run " + begun + " stopped: cannot write " + run.resolve("state.safetensors")), complaint);
        assertEquals(List.of(begun.text()), names(runs), "neither another run nor results");
        assertEquals(List.of("events.jsonl", "experiment.txt", "lock", "provenance.json"), names(run));

        Path whole = folder.resolve("whole");
        for (Path store : List.of(whole, runs)) {
            Shell shell = Shell.run((Object[]) training(store));
            assertEquals(0, shell.code(), shell.err());
        }
        List<RunId> both = RunStore.at(whole).ids();
        assertEquals(2, both.size(), "dense and pruned");
        assertEquals(both, RunStore.at(runs).ids());
        for (RunId id : both) {
            assertEquals(model(whole, id), model(runs, id));
            assertEquals(names(whole.resolve(id.text())), names(runs.resolve(id.text())));
            assertEquals(RunStore.at(whole).events(id), RunStore.at(runs).events(id));
        }
    }

    private String[] training(Path runs) {
        return new String[] {"run", "han-figure7", "--dataset", "idx", "--data", folder.resolve("data").toString(),
            "--backend", "cpu", "--runs", runs.toString()};
    }

    /** SHA-256 of the final weights. */
    private static String model(Path runs, RunId id) {
        return RunResult.of((Run.Finished) RunStore.at(runs).look(id)).modelSha256();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** The one line, with exit code 1, that the program ends with under the limit. */
    private String complaint(String... arguments) throws IOException, InterruptedException {
        Path err = folder.resolve("err");
        int code = new ProcessBuilder(command(List.of(arguments)))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start()
                .waitFor();
        List<String> complaint = Files.readAllLines(err).stream().filter(line -> !line.startsWith("WARNING:")).toList();
        assertEquals(1, code, complaint.toString());
        assertEquals(1, complaint.size(), complaint.toString());
        return complaint.getFirst();
    }

    private static List<String> command(List<String> arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // Performance data of the JVM are a file too, and beyond the limit.
        List<String> options =
                List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1", "--add-modules", "jdk.incubator.vector",
                        "-cp", System.getProperty("java.class.path"), Main.class.getName());
        return Stream.of(List.of("sh", "-c", "ulimit -f " + BLOCKS + "; exec \"$@\"", "sh", java), options, arguments)
                .flatMap(List::stream)
                .toList();
    }
}
