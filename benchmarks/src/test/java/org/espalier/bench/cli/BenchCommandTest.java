package org.espalier.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.espalier.experiments.cli.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The two verbs by way of the whole command line, which has to find them. */
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

    @Test
    void badUseIsOneLine() {
        assertEquals(2, run("bench"));
        assertEquals(2, run("bench", "peers", "--sgemm", "17x31"));
        assertEquals(2, run("bench", "peers", "--sgemm", "17x0x3"));
        assertEquals(2, run("bench", "peers", "--threads", "0"));
        assertEquals(2, run("bench", "peers", "--rounds", "0"));
        assertEquals(2, run("jmh", "nothing-by-that-name"));
        assertEquals(2, run("jmh", "relu.lanes", "-zz"));
        assertEquals(2, run("jmh", "relu", "relu"));
        assertEquals(8, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().lines().allMatch(line -> line.startsWith("espalier: ")), err.toString());
    }

    @Test
    void jmhListsEachVariantAtEachWorkload() {
        assertEquals(0, run("jmh", "matmul", "--list"));
        assertTrue(out.toString().lines().anyMatch("matmul.packed @ sgemm 256x256x256"::equals), out.toString());
        assertTrue(out.toString().lines().allMatch(line -> line.contains("matmul")), out.toString());
    }
}
