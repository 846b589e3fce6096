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

    /** 60,954,656 weights and 10,568 biases, 6,796,192 weights left; 138,344,128 and 13,416, 10,532,392 left. */
    @Test
    void table1CountsAlexNetAndVgg() {
        Exhibit exhibit = new HanTable1().exhibit(HandmadeRuns.setting(Preset.QUICK, 1L), finished());
        Table table = exhibit.tables().get(1);
        assertEquals("table1-counted", table.name());
        assertEquals(
                List.of(
                        List.of("AlexNet reference", "42.78 %", "19.73 %", "need ImageNet", "61M", "60,965,224", "",
                                ""),
                        List.of("AlexNet pruned", "42.77 %", "19.67 %", "need ImageNet", "6.7M", "6,806,760", "9x",
                                "8.97x"),
                        List.of("VGG-16 reference", "31.50 %", "11.32 %", "need ImageNet", "138M", "138,357,544", "",
                                ""),
                        List.of("VGG-16 pruned", "31.34 %", "10.88 %", "need ImageNet", "10.3M", "10,545,808", "13x",
                                "13.14x")),
                table.rows().stream().map(HanTablesTest::texts).toList());
        assertTrue(exhibit.notes().getLast().contains("--dataset imagenet --data DIR"), exhibit.notes().toString());
    }

    /** On ImageNet it is these two that are trained; made-up runs have 10 of 10,000 wrong by five guesses. */
    @Test
    void table1OnImageNetHasErrorsOfItsOwn() {
        Setting setting = new Setting(Preset.PAPER, "imagenet", "0badc0de", 1_281_167, List.of(1L), "cpu", false);
        HandmadeRuns handmade = new HandmadeRuns(RunStore.at(runs));
        handmade.finish(HanRuns.dense(HanRecipe.alexnet(Preset.PAPER), setting, 1), 4_300);
        handmade.finish(HanRuns.pruned(HanRecipe.alexnet(Preset.PAPER), setting, 1), 4_290);
        Exhibit exhibit = new HanTable1().exhibit(setting, finished());
        assertEquals(1, exhibit.tables().size());
        List<List<Cell>> rows = exhibit.tables().getFirst().rows();
        assertEquals(List.of("AlexNet reference", "42.78 %", "43.00 %", "+0.22", "61M", "60,965,224", "", "", "19.73 %",
                "0.10 %"), texts(rows.get(0)));
        assertEquals(List.of("AlexNet pruned", "42.77 %", "42.90 %", "+0.13", "6.7M", "6,806,759", "9x", "8.97x",
                "19.67 %", "0.10 %"), texts(rows.get(1)), "each layer rounds");
        assertEquals(List.of("VGG-16 pruned", "31.34 %", "(missing)", "", "10.3M", "(missing)", "13x", "", "10.88 %",
                "(missing)"), texts(rows.get(3)));
        assertEquals(2, exhibit.gaps().size());
    }

    @Test
    void table1OnCifarHasTheSmallAlexNetAndSaysSo() {
        Setting setting = new Setting(Preset.PAPER, "cifar10", "0badc0de", 50_000, List.of(1L), "cpu", false);
        Exhibit exhibit = new HanTable1().exhibit(setting, finished());
        assertEquals("AlexNet, small, on CIFAR-10 pruned", exhibit.tables().getFirst().rows().get(1).getFirst().text());
        assertTrue(exhibit.notes().stream().anyMatch(note -> note.startsWith("alexnet-cifar10, reduced: a network of")),
                exhibit.notes().toString());
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
        assertEquals(List.of("table3"), exhibit.tables().stream().map(Table::name).toList());
        List<List<Cell>> rows = exhibit.tables().getFirst().rows();
        assertEquals(
                List.of("conv1", "0.5K", "500", "576K", "576,000", "82", "82.00", "66", "66.00", "330", "66", "66.00",
                        "10.00"),
                texts(rows.get(0)));
        assertEquals(
                List.of("conv2", "25K", "25,000", "3200K", "3,200,000", "72", "72.00", "12", "12.00", "3,000", "10",
                        "9.84", "10.00"),
                texts(rows.get(1)));
        assertEquals(
                List.of("fc1", "400K", "400,000", "800K", "800,000", "55", "55.00", "8", "8.00", "32,000", "6", "5.76",
                        "10.00"),
                texts(rows.get(2)));
        assertEquals(
                List.of("fc2", "5K", "5,000", "10K", "10,000", "100", "100.00", "19", "19.00", "950", "10", "10.45",
                        "10.00"),
                texts(rows.get(3)));
        // Act% (82 + 72 + 55 + 100) / 4; kept 36,280 of 430,500
        assertEquals(
                List.of("total", "431K", "430,500", "4586K", "4,586,000", "77", "77.25", "8", "8.43", "36,280", "16",
                        "16.18", "10.00"),
                texts(rows.get(4)));
        // (0.82 * 2,880 + 0.72 * 800 + 0.55 * 500 + 10) / 4,190
        assertTrue(exhibit.notes().toString().contains("lenet-5-caffe, total Act%: 76.9 with every value"),
                exhibit.notes().toString());
        assertTrue(exhibit.notes().toString().contains("77.3 with every layer"), exhibit.notes().toString());
        assertTrue(exhibit.notes().contains("lenet-5-caffe, kept: 36,280 of 430,500 (11.87x)"),
                exhibit.notes().toString());
    }

    /** Without ReLU nearly nothing is 0 behind the convolutions: 100 stands beside the paper's 82 and 72, equal counts. */
    @Test
    void table3HasTheCaffeFormBesideWhereItIsAskedFor() {
        Setting setting = HandmadeRuns.withLinearConv(Preset.PAPER, 1L);
        finish5(setting, 1, 80, 70);
        HanRecipe linear = HanRecipe.lenet5Linear(setting.preset());
        List<String> gaps = new HanTable3().exhibit(setting, finished()).gaps();
        assertEquals(List.of(HanRuns.pruned(linear, setting, 1).id() + ": not begun"), gaps);

        new HandmadeRuns(RunStore.at(runs)).finish(HanRuns.pruned(linear, setting, 1), 90);
        Exhibit exhibit = new HanTable3().exhibit(setting, finished());
        assertEquals(List.of("table3", "table3-linear-conv"), exhibit.tables().stream().map(Table::name).toList());
        Table table = exhibit.tables().getLast();
        assertTrue(table.caption().contains("lenet-5-caffe-linear-conv on digits, preset paper"), table.caption());
        assertEquals(
                List.of("conv2", "25K", "25,000", "3200K", "3,200,000", "72", "100.00", "12", "12.00", "3,000", "10",
                        "12.00", "10.00"),
                texts(table.rows().get(1)));
        // (0.66 * 288,000 + 0.12 * 1,600,000 + 0.08 * 400,000 + 0.55 * 0.19 * 5,000) / 2,293,000
        assertEquals("18.08", table.rows().get(4).get(11).text());
        assertEquals("36,280", table.rows().get(4).get(9).text());
        assertTrue(exhibit.notes().contains("lenet-5-caffe-linear-conv, kept: 36,280 of 430,500 (11.87x)"),
                exhibit.notes().toString());
        assertEquals(
                List.of("lenet-5-caffe", "lenet-5-caffe-linear-conv"),
                exhibit.results().stream().map(ResultRow::network).distinct().toList());
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
