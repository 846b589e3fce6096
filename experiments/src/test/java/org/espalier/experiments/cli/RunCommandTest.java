package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.data.ImageSet;
import org.espalier.data.digits.Digits;
import org.espalier.data.idx.IdxWriter;
import org.espalier.experiments.catalog.Studies;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The verb run as a user sees it: what it prints, what it writes, how it exits. */
final class RunCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void drawATinySet() throws IOException {
        Digits digits = Digits.draw(5, 150, 60);
        IdxWriter.write(Files.createDirectory(folder.resolve("data")), digits.train(), digits.test());
    }

    private int espalier(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        line.getSubcommands().values().forEach(verb -> verb.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)));
        return line.execute(arguments);
    }

    private int run(String study, String... more) {
        return espalier(Stream.concat(
                Stream.of(
                        "run",
                        study,
                        "--dataset",
                        "idx",
                        "--data",
                        folder.resolve("data").toString(),
                        "--runs",
                        folder.resolve("runs").toString()),
                Arrays.stream(more))
                .toArray(String[]::new));
    }

    private void assertOneLine(String expected) {
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains(expected), err.toString());
    }

    @Test
    void aStudyFromDataToTable() throws IOException {
        Path json = folder.resolve("table.json");
        assertEquals(0, run("han-table1", "--json", json.toString()), err.toString());
        assertTrue(out.toString().contains("LeNet-300-100 pruned"), out.toString());
        assertTrue(out.toString().contains("12.22x") && out.toString().contains("11.87x"), out.toString());
        JsonNode written = new ObjectMapper().readTree(json.toFile());
        assertEquals(4, written.path("tables").path(0).path("rows").size());
        assertEquals(36_860, written.path("tables").path(0).path("rows").path(3).path("parameters ours").asLong());
        assertTrue(written.path("results").size() >= 16);
        assertTrue(written.path("peak memory").path("heap bytes").asLong() > 1_000_000, written.toString());
        assertTrue(out.toString().lines().toList().getLast().matches("peak memory .*\\d+ MB\\)?"), out.toString());
        Path results = results("han-table1-quick-idx-");
        assertTrue(Files.readString(results.resolve("tables.md")).contains("| LeNet-5 pruned | 0.77 % |"));
        assertTrue(Files.exists(results.resolve("results.csv")));

        assertEquals(0, run("han-figure7"));
        assertTrue(Files.size(results("han-figure7-quick-idx-").resolve("fc1-after.png")) > 0);
        out.getBuffer().setLength(0);
        assertEquals(0, run("han-table2", "--dry-run"));
        assertTrue(out.toString().contains("2 of 2 runs finished; time left about 0:00:00"), out.toString());

        breakAResult();
        assertEquals(2, run("han-table2", "--dry-run"));
        assertOneLine("espalier: broken: ");
        assertOneLine("result.json");
        assertTrue(out.toString().contains("1 of 2 runs finished; time left about "), out.toString());
    }

    /** The only folder of results whose name begins so; the set's checksum follows. */
    private Path results(String beginning) throws IOException {
        try (Stream<Path> results = Files.list(folder.resolve("runs/results"))) {
            List<Path> found = results.filter(path -> path.getFileName().toString().startsWith(beginning)).toList();
            assertEquals(1, found.size(), found.toString());
            return found.getFirst();
        }
    }

    /** LeNet-300-100's, pruned. */
    private void breakAResult() throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            Path run = runs.filter(path -> path.getFileName().toString().startsWith("idx-lenet-300-100-s1-pruned-"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(run.resolve("result.json"), "{");
        }
    }

    @Test
    void aDryRunListsAndDoesNothing() {
        assertEquals(0, run("han-table1", "--dry-run", "--seeds", "2"));
        assertTrue(out.toString().contains("0 of 8 runs finished"), out.toString());
        assertTrue(out.toString().contains("idx-lenet-5-caffe-s2-pruned-"), out.toString());
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    /** Of Figure 5 two dense runs, with L2 and L1, both pruned at once, and one pruned iteratively. */
    @Test
    void oneNetworkOfAStudyIsListedAlone() {
        assertEquals(0, run("han-figure5", "--dry-run", "--network", "lenet300"));
        assertTrue(out.toString().contains("0 of 5 runs finished"), out.toString());
        assertFalse(out.toString().contains("lenet-5"), out.toString());
    }

    @Test
    void thePreprocessingIsPrinted() {
        assertEquals(0, run("han-table2", "--dry-run"));
        assertTrue(out.toString().contains("; inputs: caffe-mnist, pixel / 256; "), out.toString());
        String own = out.toString().lines().filter(line -> line.startsWith("idx-")).findFirst().orElseThrow();
        assertEquals(0, run("han-table2", "--dry-run", "--normalise", "0.5,0.25"));
        assertTrue(out.toString().contains("; inputs: 0.5,0.25, (pixel / 255 - 0.5) / 0.25; "), out.toString());
        assertEquals(1, out.toString().lines().filter(own::equals).count(), "another run");
    }

    /** Of 235,200 weights a tenth and of 30,000 nine per cent; fc3 keeps 260 of 1,000 as in the paper. */
    @Test
    void sharesThatAreAskedForStandBesideThePapers() throws IOException {
        assertEquals(0, run("han-table2", "--keep", "fc1=0.1"), err.toString());
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(
                "fc1 +235K +235,200 +470K +470,400 +38 +\\S+ +8 +10\\.00 +10\\.00 +23,520 +8 .*")), out.toString());
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(
                "fc3 +1K +1,000 +2K +2,000 +100 +\\S+ +26 +26\\.00 +26\\.00 +260 +17 .*")), out.toString());
        // 23,520 + 2,700 + 260 = 26,480 of 266,200
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(
                "total +266K +266,200 +532K +532,400 +46 +\\S+ +8 +9\\.95 +9\\.95 +26,480 +8 .*")), out.toString());
        assertTrue(out.toString().contains("Weights% paper  Weights% asked  Weights% ours"), out.toString());
        assertTrue(results("han-table2-quick-idx-").toString().endsWith("-keep-lenet-300-100-fc1-0.1"));

        out.getBuffer().setLength(0);
        assertEquals(0, run("han-table2", "--dry-run", "--keep", "fc1=0.1"));
        assertTrue(out.toString().contains("2 of 2 runs finished"), out.toString());
        assertEquals(0, run("han-table2", "--dry-run"));
        assertTrue(out.toString().contains("1 of 2 runs finished"), "the dense run is shared: " + out);
        assertEquals(0, espalier("list", "--runs", folder.resolve("runs").toString()));
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(
                "han-table2 .* 2 of 2 runs +keep lenet-300-100:fc1=0\\.1")), out.toString());
    }

    @Test
    void sharesThatDoNotFitAreOneLineAndExitCode2() {
        assertEquals(2, run("han-table1", "--keep", "fc1=0.1"));
        assertOneLine(
                "--keep: lenet-300-100 and lenet-5-caffe have a layer fc1; say which, as in lenet-300-100:fc1=0.08");
        err.getBuffer().setLength(0);
        assertEquals(2, run("han-table2", "--keep", "fc1=8"));
        assertOneLine("--keep: layer 'fc1' wants a kept share in 0..1, got 8.0");
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    @Test
    void anUnknownExperimentSuggestsTheNearest() {
        assertEquals(2, run("han-tabel1"));
        assertOneLine("unknown experiment han-tabel1; did you mean han-table1?");
    }

    @Test
    void whatNeedsNoRunIsShownAtOnce() throws IOException {
        String runs = folder.resolve("runs").toString();
        assertEquals(0, espalier("run", "han-table4", "--runs", runs, "--seed", "3"), err.toString());
        assertTrue(out.toString().lines().anyMatch(line -> line.matches("total +61M +60,954,656 .* 6,796,192 .*")),
                out.toString());
        assertTrue(Files.exists(folder.resolve("runs/results/han-table4-seed-3/tables.md")));
        assertEquals(2, espalier("run", "han-table4", "--runs", runs, "--dataset", "mnist", "--seeds", "2"));
        assertOneLine(
                "han-table4 is worked out from the networks as they are defined, there is nothing that --seeds and "
                        + "--dataset could change");
    }

    @Test
    void onlyLayersAtFullSizeAreTimed() {
        assertEquals(2, espalier("run", "han-table6", "--measure", "--runs", folder.resolve("runs").toString()));
        assertOneLine("--measure: han-table6 has no layers to time");
        err.getBuffer().setLength(0);
        assertEquals(2, run("han-table2", "--measure"));
        assertOneLine("--measure: han-table2 has no layers to time");
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    static List<String[]> badUse() {
        return List.of(
                new String[] {"--preset", "papr", "did you mean paper?"},
                new String[] {"--seeds", "0", "--seeds wants 1 to 1000, got 0"},
                new String[] {"--seeds", "1001", "--seeds wants 1 to 1000, got 1001"},
                new String[] {"--threads", "0", "--threads wants 1 to 1024, got 0"},
                new String[] {"--threads", "99999", "--threads wants 1 to 1024, got 99999"},
                new String[] {"--seed", "1.5", "option '--seed': '1.5' is not a whole number; see espalier run --help"},
                new String[] {"--backend", "gpu", "unknown backend gpu; known: cpu, cuda, opencl, reference"},
                new String[] {"--dataset", "mnst", "did you mean mnist?"},
                new String[] {"--backend", "cpuu", "did you mean cpu?"},
                new String[] {"--normalise", "cafe-mnist",
                    "unknown preprocessing cafe-mnist; did you mean caffe-mnist?"},
                new String[] {"--normalise", "zzz", "unknown preprocessing zzz; known: unit, caffe-mnist, mnist"},
                new String[] {"--normalise", "0.5,0", "--normalise: preprocessing 0.5,0.0 needs a positive divisor"},
                new String[] {"--normalise", "0.5,x", "--normalise: no preprocessing is called '0.5,x'"},
                new String[] {"--network", "alexnet",
                    "--network alexnet: expected one of lenet-300-100, lenet-5-caffe"},
                new String[] {"--json", "/no/such/folder/x.json", "there is no folder"},
                new String[] {"--seeds", "three", "--seeds"},
                new String[] {"--nonsense", "1", "--nonsense"});
    }

    @ParameterizedTest
    @MethodSource("badUse")
    void badUseIsOneLineAndExitCode2(String option, String value, String expected) {
        List<String> arguments =
                Stream.of("run", "han-table1", "--runs", folder.resolve("runs").toString(), option, value)
                        .toList();
        assertEquals(2, espalier(arguments.toArray(String[]::new)), err.toString());
        assertOneLine(expected);
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    @Test
    void brokenDataIsOneLineAndExitCode2() throws IOException {
        Path images = folder.resolve("data/train-images-idx3-ubyte");
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 1));
        assertEquals(2, run("han-table1"));
        assertOneLine("train-images-idx3-ubyte");
    }

    /** A sound set in idx format, but not one of these networks: smaller images, then more classes than outputs. */
    @Test
    void aSetThatDoesNotFitTheNetworkIsOneLineAndExitCode2() throws IOException {
        writeSet(Shape.of(1, 20, 20), 10);
        assertEquals(2, run("han-table1"));
        assertOneLine(
                "data set idx has images [1,20,20] of 10 classes; network lenet-300-100 wants images [1,28,28] of "
                        + "at most 10 classes");
        err.getBuffer().setLength(0);
        writeSet(Shape.of(1, 28, 28), 26);
        assertEquals(2, run("han-table3", "--dry-run"));
        assertOneLine("data set idx has images [1,28,28] of 26 classes; network lenet-5-caffe wants");
        assertFalse(Files.exists(folder.resolve("runs")));
    }

    /** As many images as classes, one of each. */
    private void writeSet(Shape sample, int classes) throws IOException {
        int[] labels = IntStream.range(0, classes).toArray();
        ImageSet set = new ImageSet(new byte[classes * sample.size()], labels, sample, classes);
        IdxWriter.write(folder.resolve("data"), set, set);
    }

    @Test
    void missingDataThatWereNamedAreAnError() {
        assertEquals(2, espalier("run", "han-table1", "--dataset", "mnist", "--data", folder.toString()));
        assertOneLine("./espalier data fetch mnist");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(2, espalier(
                "run", "han-table1", "--dataset", "idx", "--data", folder.resolve("data").toString(), "--runs",
                file.toString()));
        assertOneLine("--runs");
    }

    @Test
    void noVerbIsBadUse() {
        assertEquals(2, espalier());
        assertOneLine("--help");
    }

    @Test
    void helpAndVersion() {
        assertEquals(0, espalier("--help"));
        assertEquals(0, espalier("run", "--help"));
        assertEquals(0, espalier("--version"));
        Studies.names().forEach(name -> assertTrue(out.toString().contains(name), name));
    }

    /** Completeness: every study has a main of its own. */
    @Test
    void everyStudyHasAMain() throws NoSuchMethodException {
        assertFalse(Studies.all().isEmpty());
        for (var study : Studies.all()) {
            assertEquals(void.class, study.getClass().getMethod("main", String[].class).getReturnType());
            assertEquals(study, Studies.named(study.name()));
        }
    }
}
