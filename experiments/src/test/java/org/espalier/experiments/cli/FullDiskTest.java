package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.experiments.catalog.Studies;
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
    /** Blocks of 512 or of 1024 bytes, as shells differ; the page is larger than either. */
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
        Path err = folder.resolve("err");
        int code = new ProcessBuilder(command(List.of("report", "--runs", runs.toString(), "--out", out.toString())))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start()
                .waitFor();
        List<String> complaint = Files.readAllLines(err).stream().filter(line -> !line.startsWith("WARNING:")).toList();
        assertEquals(1, code, complaint.toString());
        assertEquals(1, complaint.size(), complaint.toString());
        assertTrue(complaint.getFirst().startsWith("espalier: cannot write " + out.resolve("report.html")),
                complaint.getFirst());
        assertEquals("the old page", Files.readString(out.resolve("report.html"), StandardCharsets.UTF_8));
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(1, files.count(), "nothing beside the old page");
        }
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
