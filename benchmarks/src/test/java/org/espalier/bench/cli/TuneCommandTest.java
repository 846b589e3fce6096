package org.espalier.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.bench.measure.Crossing;
import org.espalier.bench.measure.Rounds;
import org.espalier.bench.suite.DensitySweep;
import org.espalier.experiments.cli.Main;
import org.espalier.experiments.study.Terminal;
import org.espalier.experiments.tune.TunedStorage;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.prune.compact.StorageChoice;
import org.espalier.prune.compact.StorageChoice.BreakEven;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tune} on layers so small that it takes a moment, and what {@code compact} makes of its file. No time is asserted. */
final class TuneCommandTest {
    private static final Rounds ONE_CALL = new Rounds(1, 1e-6, 0);

    @TempDir
    private Path folder;

    private Path cache;
    private Path file;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void redirectTheCache() {
        cache = folder.resolve("cache");
        file = cache.resolve("espalier").resolve("break-even.json");
    }

    private static Stream<DensitySweep> fullyConnected(Shape weight, int threads) {
        return IntStream.of(1, 4).mapToObj(batch -> DensitySweep.fullyConnected(weight, batch, threads,
                Optional.empty()));
    }

    private static Stream<DensitySweep> convolution(Shape image, Shape weight, int threads) {
        return IntStream.of(1, 4).mapToObj(batch -> DensitySweep.convolution(image, weight, ConvGeometry.of(1, 0),
                batch, threads));
    }

    /** One of each kind. */
    private static List<DensitySweep> small(int threads) {
        return Stream.of(fullyConnected(Shape.of(40, 30), threads), fullyConnected(Shape.of(20, 30), threads),
                convolution(Shape.of(3, 9, 9), Shape.of(4, 3, 5, 5), threads),
                convolution(Shape.of(3, 9, 9), Shape.of(4, 3, 3, 3), threads)).flatMap(sweeps -> sweeps).toList();
    }

    private int tune(String... arguments) {
        var command = new TuneCommand(Map.of("XDG_CACHE_HOME", cache.toString()), ONE_CALL, TuneCommandTest::small);
        CommandLine line = Terminal.ready(new CommandLine(command), Map.of());
        return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    /** A layer for which sparse wins up to the share, which is the largest measured. */
    private static Crossing at(double share) {
        return new Crossing(List.of(share), List.of(2.0));
    }

    @Test
    void eachKindOfLayerHasItsShares() {
        List<Crossing> crossings = DoubleStream.of(0.4, 0.5, 0.2, 0.25, 0.3, 0.35, 0.1, 0.45).mapToObj(
                TuneCommandTest::at).toList();
        assertEquals(
                new StorageChoice(StorageChoice.SHIPPED.largeFrom(), new BreakEven(0.4, 0.5), new BreakEven(0.2, 0.25),
                        new BreakEven(0.3, 0.35), new BreakEven(0.1, 0.45)),
                TuneCommand.choice(crossings));
    }

    private static double share(JsonNode row) {
        JsonNode from = row.get("sparse wins from");
        return from.isNumber() ? 1 - from.asDouble() / 100 : 0;
    }

    @Test
    void whatIsMeasuredIsShownAndStored() throws IOException {
        Path json = folder.resolve("rows.json");
        assertEquals(0, tune("--threads", "1", "--json", json.toString()), err.toString());
        assertTrue(out.toString().contains("written to " + file), out.toString());
        assertTrue(err.toString().lines().allMatch(line -> line.matches("\\d/[17] .*: \\d+\\.\\d\\d")),
                err.toString());
        JsonNode rows = new JsonMapper().readTree(json.toFile()).get("tables").get(0).get("rows");
        assertEquals(List.of("40x30", "40x30", "20x30", "20x30", "4x3x5x5 on 9x9", "4x3x5x5 on 9x9", "4x3x3x3 on 9x9",
                "4x3x3x3 on 9x9"), rows.findValuesAsText("layer"));
        StorageChoice stored = TunedStorage.read(file);
        List<BreakEven> kinds = List.of(stored.largeFullyConnected(), stored.smallFullyConnected(),
                stored.wideKernels(), stored.narrowKernels());
        for (int i = 0; i < kinds.size(); i++) {
            assertEquals(share(rows.get(2 * i)), kinds.get(i).batch1(), 1e-9);
            assertEquals(share(rows.get(2 * i + 1)), kinds.get(i).batch64(), 1e-9);
        }
        assertEquals(StorageChoice.SHIPPED.largeFrom(), stored.largeFrom());
    }

    @Test
    void anotherFileLeavesTheCacheAlone() {
        Path mine = folder.resolve("mine.json");
        assertEquals(0, tune("--threads", "1", "--out", mine.toString()), err.toString());
        assertEquals(TunedStorage.read(mine), TunedStorage.of(mine));
        assertFalse(Files.exists(cache));
    }

    @Test
    void aCacheFolderThatCannotBeIsToldBeforeAnythingIsMeasured() throws IOException {
        Files.writeString(cache, "a file where the folder would be");
        assertEquals(1, tune("--threads", "1"));
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().startsWith("espalier: cannot write " + file.getParent() + ": "), err.toString());
    }

    private record Ended(int code, String out, List<String> complaints) {}

    /** In a process of its own, with the cache folder where we want it. */
    private Ended compact(Path pruned) throws IOException, InterruptedException {
        Path printed = folder.resolve("out.txt");
        Path complained = folder.resolve("err.txt");
        ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "compact", pruned.toString(), folder.resolve("compact.safetensors").toString())
                .redirectOutput(printed.toFile()).redirectError(complained.toFile());
        java.environment().put("XDG_CACHE_HOME", cache.toString());
        int code = java.start().waitFor();
        return new Ended(code, Files.readString(printed, StandardCharsets.UTF_8),
                Files.readAllLines(complained, StandardCharsets.UTF_8).stream()
                        .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
                        .toList());
    }

    /** A fully connected layer and a convolution of 5x5, each of whose outputs keeps two fifths of its weights. */
    private Path pruned() {
        Network network = Network.builder("n", Shape.of(1, 9, 9)).conv("conv", 4, 5).flatten().dense("fc", 10).build();
        Path pruned = folder.resolve("pruned.safetensors");
        try (Backend cpu = Backends.open("cpu"); Model model = Model.initialise(network, cpu, 1)) {
            for (Parameter weight : model.weights()) {
                BitSet kept = new BitSet();
                IntStream.range(0, weight.spec().shape().size()).filter(i -> i % 5 < 2).forEach(kept::set);
                try (Scope scope = cpu.scope()) {
                    weight.store(WeightStorage.masked(weight.value(), Mask.of(weight.spec().shape(), kept)));
                }
            }
            ModelFile.save(model, pruned);
        }
        return pruned;
    }

    private void assertRuns(String conv, String fc, Ended compact) {
        assertEquals(0, compact.code(), compact.complaints().toString());
        assertTrue(compact.out().lines().anyMatch(line -> line.matches("conv .* " + conv)), compact.out());
        assertTrue(compact.out().lines().anyMatch(line -> line.matches("fc .* " + fc)), compact.out());
    }

    /** Shipped, a small layer runs compressed up to 13 % and wide kernels up to 45 %; then what is stored counts. */
    @Test
    void compactGoesByTheCachedFileAndBrokenOnesAreMadeAnew() throws IOException, InterruptedException {
        Path pruned = pruned();
        assertRuns("csr", "dense", compact(pruned));
        assertEquals(0, tune("--threads", "1"), err.toString());
        BreakEven never = new BreakEven(0, 0);
        BreakEven always = new BreakEven(1, 1);
        TunedStorage.write(file, new StorageChoice(1_000_000, never, always, never, never));
        assertRuns("dense", "csr", compact(pruned));

        Path compact = folder.resolve("compact.safetensors");
        byte[] before = Files.readAllBytes(compact);
        Files.writeString(file, "{\"largeFrom\": 1}");
        Ended broken = compact(pruned);
        assertEquals(2, broken.code());
        assertEquals(1, broken.complaints().size(), broken.complaints().toString());
        String complaint = broken.complaints().getFirst();
        assertTrue(complaint.startsWith("espalier: " + file + ": the file is not right: "), complaint);
        assertTrue(complaint.endsWith("expected what espalier tune writes: it makes the file anew"), complaint);
        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(compact)));

        assertEquals(0, tune("--threads", "1"), err.toString());
        StorageChoice tuned = TunedStorage.read(file);
        assertRuns(0.4 <= Math.min(tuned.wideKernels().batch1(), tuned.wideKernels().batch64()) ? "csr" : "dense",
                0.4 <= Math.min(tuned.smallFullyConnected().batch1(), tuned.smallFullyConnected().batch64())
                        ? "csr"
                        : "dense",
                compact(pruned));
    }
}
