package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of made-up runs, against the paper's own arithmetic and means by hand. */
final class HanTablesTest {
    @TempDir
    private Path runs;

    private FinishedRuns finished() {
        return new FinishedRuns(RunStore.at(runs));
    }

    /** Test images classified wrongly, of 10,000. */
    private void finish300(Setting setting, long seed, long dense, long pruned) {
        finish(HanRecipe.lenet300(setting.preset()), setting, seed, dense, pruned);
    }

    private void finish5(Setting setting, long seed, long dense, long pruned) {
        finish(HanRecipe.lenet5(setting.preset()), setting, seed, dense, pruned);
    }

    private void finish(HanRecipe recipe, Setting setting, long seed, long dense, long pruned) {
        HandmadeRuns handmade = new HandmadeRuns(RunStore.at(runs));
        handmade.finish(HanRuns.dense(recipe, setting, seed), dense);
        handmade.finish(HanRuns.pruned(recipe, setting, seed), pruned);
    }

    private static List<String> texts(List<Cell> row) {
        return row.stream().map(Cell::text).toList();
    }

    /** Errors 1.7, 1.6, 1.5 %: mean 1.6, deviation sqrt((0.01 + 0 + 0.01) / 2) = 0.1. */
    @Test
    void table1OverThreeSeeds() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L, 2L, 3L);
        finish300(setting, 1, 170, 165);
        finish300(setting, 2, 160, 160);
        finish300(setting, 3, 150, 170);
        finish5(setting, 1, 80, 70);
        finish5(setting, 2, 80, 70);
        finish5(setting, 3, 80, 70);
        Exhibit exhibit = new HanTable1().exhibit(setting, finished());
        Table table = exhibit.tables().getFirst();
        assertEquals(
                List.of("LeNet-300-100 reference", "1.64 %", "1.60 ± 0.10 %", "-0.04", "267K", "266,610", "", ""),
                texts(table.rows().get(0)));
        assertEquals(
                List.of("LeNet-300-100 pruned", "1.59 %", "1.65 ± 0.05 %", "+0.06", "22K", "22,186", "12x", "12.22x"),
                texts(table.rows().get(1)));
        assertEquals(
                List.of("LeNet-5 pruned", "0.77 %", "0.70 ± 0.00 %", "-0.07", "36K", "36,860", "12x", "11.87x"),
                texts(table.rows().get(3)));
        assertEquals(List.of(), exhibit.gaps());
        // differences -0.05, 0, +0.2: mean 0.05
        assertTrue(
                exhibit.notes().getFirst().contains("by +0.05 points (same seed, -0.05 to +0.20 over 3 seeds)"),
                exhibit.notes().toString());
    }

    @Test
    void aMissingRunIsANamedGap() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L);
        finish300(setting, 1, 170, 165);
        Exhibit exhibit = new HanTable1().exhibit(setting, finished());
        List<Cell> row = exhibit.tables().getFirst().rows().get(2);
        assertEquals("LeNet-5 reference", row.getFirst().text());
        assertEquals(Cell.GAP, row.get(2));
        HanRecipe recipe = HanRecipe.lenet5(setting.preset());
        assertEquals(
                List.of(
                        HanRuns.dense(recipe, setting, 1).id() + ": not begun",
                        HanRuns.pruned(recipe, setting, 1).id() + ": not begun"),
                exhibit.gaps());
    }

    @Test
    void everyNumberIsInTheLongFormat() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 7L);
        finish300(setting, 7, 170, 165);
        List<ResultRow> rows = new HanTable1().exhibit(setting, finished()).results();
        String csv = ResultRow.csv(rows);
        assertTrue(csv.startsWith("paper,study,network,dataset,method,mode,target_compression,direct_compression,"
                + "effective_compression,seed,metric,value,"), csv);
        assertTrue(
                csv.contains("Han 2015,han-table1,lenet-300-100,digits,dense,,1,1,,7,top1_error_percent,1.7,false\n"),
                csv);
        ResultRow pruned = rows.stream()
                .filter(row -> row.method().equals("magnitude") && row.metric().equals("top1_error_percent"))
                .findFirst()
                .orElseThrow();
        assertEquals(1.65, pruned.value(), 1e-12);
        assertEquals(266_200 / 21_776.0, pruned.directCompression());
    }

    /** The paper's rows and totals: FLOP% 8.00, 3.42, 16.90 and 7.52; Act% 46 with every unit counted once, 67.7 by layers. */
    @Test
    void table2GivesThePapersOwnTotals() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L);
        finish300(setting, 1, 170, 165);
        Exhibit exhibit = new HanTable2().exhibit(setting, finished());
        List<List<Cell>> rows = exhibit.tables().getFirst().rows();
        assertEquals(
                List.of("fc1", "235K", "235,200", "470K", "470,400", "38", "38.00", "8", "8.00", "18,816", "8", "8.00",
                        "2.00"),
                texts(rows.get(0)));
        assertEquals(
                List.of("fc2", "30K", "30,000", "60K", "60,000", "65", "65.00", "9", "9.00", "2,700", "4", "3.42",
                        "3.00"),
                texts(rows.get(1)));
        assertEquals(
                List.of("fc3", "1K", "1,000", "2K", "2,000", "100", "100.00", "26", "26.00", "260", "17", "16.90",
                        "17.00"),
                texts(rows.get(2)));
        // counted: (0.02 * 235,200 + 0.03 * 30,000 + 0.17 * 1,000) / 266,200
        assertEquals(
                List.of("total", "266K", "266,200", "532K", "532,400", "46", "46.10", "8", "8.18", "21,776", "8",
                        "7.52", "2.17"),
                texts(rows.get(3)));
        assertTrue(exhibit.notes().toString().contains("46.1 with every value"), exhibit.notes().toString());
        assertTrue(exhibit.notes().toString().contains("67.7 with every layer"), exhibit.notes().toString());
    }

    /** FLOP% 66.00, 9.84, 5.76, 10.45 and 16.18; Act% 77.25 is the mean of the four rows. */
    @Test
    void table3GivesThePapersOwnTotals() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L);
        finish5(setting, 1, 80, 70);
        Exhibit exhibit = new HanTable3().exhibit(setting, finished());
        List<List<Cell>> rows = exhibit.tables().getFirst().rows();
        assertEquals(List.of("66.00", "9.84", "5.76", "10.45", "16.18"),
                rows.stream().map(row -> row.get(11).text()).toList());
        assertEquals(
                List.of("500", "25,000", "400,000", "5,000", "430,500"),
                rows.stream().map(row -> row.get(2).text()).toList());
        assertEquals(
                List.of("576,000", "3,200,000", "800,000", "10,000", "4,586,000"),
                rows.stream().map(row -> row.get(4).text()).toList());
        assertEquals(
                List.of("330", "3,000", "32,000", "950", "36,280"),
                rows.stream().map(row -> row.get(9).text()).toList());
        assertTrue(exhibit.notes().toString().contains("77.3 with every layer"), exhibit.notes().toString());
        assertTrue(exhibit.notes().contains("kept: 36280 of 430500 (11.87x)"), exhibit.notes().toString());
    }

    @Test
    void table2WithoutItsRunShowsThePaperAlone() {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L);
        Exhibit exhibit = new HanTable2().exhibit(setting, finished());
        assertEquals(1, exhibit.gaps().size());
        List<Cell> fc1 = exhibit.tables().getFirst().rows().getFirst();
        assertEquals(List.of("38", "(missing)", "8", "(missing)", "(missing)", "8", "(missing)", "(missing)"),
                texts(fc1).subList(5, 13));
        assertEquals(List.of(), exhibit.results());
    }
}
