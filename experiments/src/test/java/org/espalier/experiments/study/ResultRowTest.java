package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spreads over seeds, and rows of the long format. */
final class ResultRowTest {
    /** 2, 4, 9: mean 5, squared deviations 9 + 1 + 16 = 26 over 2. */
    @Test
    void spreadOfThree() {
        Spread spread = Spread.of(List.of(2.0, 4.0, 9.0));
        assertEquals(5, spread.mean(), 1e-12);
        assertEquals(Math.sqrt(13), spread.deviation(), 1e-12);
        assertEquals(2, spread.least());
        assertEquals(9, spread.most());
        assertEquals("5.0 ± 3.6 %", Cell.spread(spread, 1, " %").text());
        assertEquals("4.0 %", Cell.spread(Spread.of(List.of(4.0)), 1, " %").text());
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    }

    @Test
    void whatIsNotKnownIsNullInJson(@TempDir Path folder) throws IOException {
        ResultRow row =
                new ResultRow("P", "s", "n", "d", "m", "", 2, Double.POSITIVE_INFINITY, Double.NaN, 1, "x", 0.1,
                        "false");
        Path file = folder.resolve("row.json");
        JsonFile.write(file, row);
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertTrue(json.path("effective_compression").isNull(), json.toString());
        assertTrue(json.path("target_compression").isNumber() && json.path("value").isNumber(), json.toString());
        assertEquals("Infinity", json.path("direct_compression").asText());
    }

    @Test
    void csvQuotesWhatNeedsIt() {
        ResultRow row =
                new ResultRow("P", "s", "n", "d", "m", "one, two", 2, 2.5, Double.NaN, 1, "say \"x\"", 0.1, "false");
        assertEquals(
                "P,s,n,d,m,\"one, two\",2,2.5,,1,\"say \"\"x\"\"\",0.1,false",
                ResultRow.csv(List.of(row)).lines().toList().get(1));
    }
}
