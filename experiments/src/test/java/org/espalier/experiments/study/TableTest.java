package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TableTest {
    private static final Table TABLE = new Table(
            "t",
            "a < b",
            List.of("layer", "paper", "ours", "note"),
            List.of(
                    List.of(Cell.of("fc1|x"), Cell.of("8K"), Cell.count(18_816), Cell.of("see \"1\", <2>")),
                    List.of(Cell.of("fc2"), Cell.EMPTY, Cell.GAP, Cell.EMPTY),
                    List.of(Cell.of("fc3"), Cell.number(1.5, 2, " %"), Cell.difference(-0.25, 2), Cell.EMPTY)));

    @Test
    void numbersStandToTheRightAndWordsToTheLeft() {
        assertEquals("""
                a < b
                layer   paper       ours  note
                -----  ------  ---------  ------------
                fc1|x      8K     18,816  see "1", <2>
                fc2            (missing)
                fc3    1.50 %      -0.25
                """, TABLE.text());
    }

    @Test
    void markdownKeepsItsColumnsApart() {
        assertEquals("""
                **a < b**

                | layer | paper | ours | note |
                | --- | ---: | ---: | --- |
                | fc1\\|x | 8K | 18,816 | see "1", <2> |
                | fc2 |  | (missing) |  |
                | fc3 | 1.50 % | -0.25 |  |
                """, TABLE.markdown());
    }

    @Test
    void htmlHoldsNoMarkupButItsOwn() {
        assertEquals("""
                <table>
                <caption>a &lt; b</caption>
                <thead><tr><th>layer</th><th class="number">paper</th><th class="number">ours</th><th>note</th></tr></thead>
                <tbody>
                <tr><td>fc1|x</td><td class="number">8K</td><td class="number">18,816</td><td>see &quot;1&quot;, &lt;2&gt;</td></tr>
                <tr><td>fc2</td><td class="number"></td><td class="gap">(missing)</td><td></td></tr>
                <tr><td>fc3</td><td class="number">1.50 %</td><td class="number">-0.25</td><td></td></tr>
                </tbody>
                </table>
                """, TABLE.html());
    }

    @Test
    void csvHoldsNumbersWithoutUnits() {
        assertEquals("""
                layer,paper,ours,note
                fc1|x,8K,18816,"see ""1"", <2>"
                fc2,,(missing),
                fc3,1.5,-0.25,
                """, TABLE.csv());
    }

    @Test
    void jsonHoldsNumbersAsNumbers() {
        assertEquals(Map.of("layer", "fc1|x", "paper", "8K", "ours", 18_816L, "note", "see \"1\", <2>"),
                TABLE.json().getFirst());
        assertEquals(Map.of("layer", "fc3", "paper", 1.5, "ours", -0.25, "note", ""), TABLE.json().getLast());
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        List<List<Cell>> short1 = List.of(List.of(Cell.of("fc1")));
        assertThrows(IllegalArgumentException.class, () -> new Table("t", "", List.of("a", "b"), short1));
    }
}
