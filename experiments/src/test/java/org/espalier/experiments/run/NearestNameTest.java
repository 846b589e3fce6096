package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestNameTest {
    private static final List<String> KNOWN = List.of("han-table1", "han-table2", "han-figure6", "han-figure7");

    /** Distances as counted by hand; kitten and sitting are the textbook's. */
    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "'',abc,3", "abc,'',3", "abc,abc,0", "abc,axc,1", "abc,ac,1", "ac,abc,1",
        "tabel,table,1", "mnsit,mnist,1", "ca,abc,3", "ab,ba,1", "abab,baba,2"})
    void countsLetters(String from, String to, int distance) {
        assertEquals(distance, NearestName.distance(from, to));
    }

    @Test
    void suggestsTheNearest() {
        assertEquals(Optional.of("han-table1"), NearestName.of("han-tabel1", KNOWN));
        assertEquals(Optional.of("han-figure7"), NearestName.of("Han-Figur7", KNOWN));
        assertEquals(Optional.of("han-table1"), NearestName.of("han-table", KNOWN));
        assertEquals(Optional.empty(), NearestName.of("imagenet", KNOWN));
        assertEquals(Optional.empty(), NearestName.of("", KNOWN));
        assertEquals(Optional.of("mnist"), NearestName.of("mnsit", List.of("idx", "mnist")));
        assertEquals(Optional.empty(), NearestName.of("gpu", List.of("cpu", "cuda")), "a wish, not a slip");
    }

    @Test
    void theComplaintIsOneLine() {
        assertEquals("unknown experiment han-tabel1; did you mean han-table1?",
                NearestName.unknown("experiment", "han-tabel1", KNOWN).getMessage());
        assertEquals("unknown experiment x; known: han-table1, han-table2, han-figure6, han-figure7",
                NearestName.unknown("experiment", "x", KNOWN).getMessage());
    }
}
