package org.espalier.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.espalier.experiments.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs of this module by way of the whole command line, which has to find them. */
class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    @Test
    void peersNamesBothLibrariesAndWritesARowForEachThatIsThere() throws IOException {
        Path file = folder.resolve("peers.json");
        int exit = run("bench", "peers", "--sgemm", "17x31x130:TN", "--threads", "1", "--rounds", "1",
                "--round-millis", "1", "--warm-up-millis", "0", "--json", file.toString());
        assertEquals(0, exit, err.toString());
        assertTrue(out.toString().contains("OpenBLAS: "), out.toString());
        assertTrue(out.toString().contains("libtorch: "), out.toString());
        JsonNode tables = new JsonMapper().readTree(file.toFile()).get("tables");
        boolean found = !out.toString().contains("OpenBLAS: not found");
        JsonNode rows = tables.get(0).get("rows");
        assertEquals(found ? 1 : 0, rows.size());
        if (found) {
            assertEquals("17x31x130", rows.get(0).get("shape").asText());
            assertTrue(rows.get(0).get("ratio").asDouble() > 0);
        }
    }

    /** LeNet-300-100's first layer against our own dense product, which is there on every machine. */
    @Test
    void sparseShowsTheWorkAndTheRatioOfEachLine() throws IOException {
        Path file = folder.resolve("sparse.json");
        int exit = run("bench", "sparse", "--filter", "fc1 300x784, 8 %, batch 1, 1 thread against ours", "--threads",
                "1", "--rounds", "1", "--round-millis", "1", "--warm-up-millis", "0", "--json", file.toString());
        assertEquals(0, exit, err.toString());
        assertTrue(out.toString().contains("OpenBLAS: "), out.toString());
        assertTrue(out.toString().contains("libtorch: "), out.toString());
        JsonNode tables = new JsonMapper().readTree(file.toFile()).get("tables");
        assertEquals(1, tables.size());
        JsonNode row = tables.get(0).get("rows").get(0);
        assertEquals("ours, dense or masked", row.get("against").asText());
        assertEquals(row.get("dense us").asDouble() / row.get("sparse us").asDouble(), row.get("ratio").asDouble(),
                1e-9);
        // both do 2 x 300 x 784 operations for each weight kept: 8 % of them, and all
        assertEquals(2 * 300 * 784 * 0.08 / row.get("sparse us").asDouble() / 1e3, row.get("GFLOP/s").asDouble(), 1e-9);
        assertEquals(2 * 300 * 784 / row.get("dense us").asDouble() / 1e3, row.get("dense GFLOP/s").asDouble(), 1e-9);
    }

    @Test
    void breakEvenIsATableAndAPlot() throws IOException {
        Path file = folder.resolve("sparse.json");
        Path plot = folder.resolve("plot.png");
        int exit = run("bench", "sparse", "--filter", "break-even 300x784, batch 1,", "--threads", "1", "--rounds", "1",
                "--round-millis", "1", "--warm-up-millis", "0", "--json", file.toString(), "--plot", plot.toString());
        assertEquals(0, exit, err.toString());
        JsonNode row = new JsonMapper().readTree(file.toFile()).get("tables").get(0).get("rows").get(0);
        assertEquals("300x784", row.get("layer").asText());
        assertTrue(row.get("5 % kept").asDouble() > 0 && row.get("60 % kept").asDouble() > 0, row.toString());
        assertEquals(900, ImageIO.read(plot.toFile()).getWidth());
    }

    @Test
    void badUseIsOneLine() {
        assertEquals(2, run("bench"));
        assertEquals(2, run("bench", "peers", "--sgemm", "17x31"));
        assertEquals(2, run("bench", "peers", "--sgemm", "17x0x3"));
        assertEquals(2, run("bench", "peers", "--threads", "0"));
        assertEquals(2, run("bench", "peers", "--rounds", "0"));
        assertEquals(2, run("bench", "sparse", "--threads", "65"));
        assertEquals(2, run("bench", "sparse", "--round-millis", "0"));
        assertEquals(2, run("bench", "sparse", "--plot", folder.resolve("plot.txt").toString()));
        assertEquals(2, run("bench", "sparse", "--plot", folder.resolve("none/plot.png").toString()));
        assertEquals(2, run("bench", "sparse", "--filter", "fc6", "--plot", folder.resolve("plot.png").toString()));
        assertEquals(2, run("tune", "--threads", "0"));
        assertEquals(2, run("tune", "--out", folder.toString()));
        assertEquals(2, run("jmh", "nothing-by-that-name"));
        assertEquals(2, run("jmh", "relu.lanes", "-zz"));
        assertEquals(2, run("jmh", "relu", "relu"));
        assertEquals(15, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().lines().allMatch(line -> line.startsWith("espalier: ")), err.toString());
    }

    @Test
    void jmhListsEachVariantAtEachWorkload() {
        assertEquals(0, run("jmh", "matmul", "--list"));
        assertTrue(out.toString().lines().anyMatch("matmul.packed @ sgemm 256x256x256"::equals), out.toString());
        assertTrue(out.toString().lines().allMatch(line -> line.contains("matmul")), out.toString());
    }
}
