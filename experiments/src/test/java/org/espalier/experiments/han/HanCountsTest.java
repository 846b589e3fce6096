package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.run.CodeVersion;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.Table;
import org.espalier.experiments.timing.LayerTiming;
import org.espalier.experiments.timing.Timings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables 4 to 6 against the paper's arithmetic. */
final class HanCountsTest {
    private static final Setting SETTING = Setting.synthetic(1);

    @TempDir
    private Path runs;

    private Exhibit exhibit(Study study) {
        return study.exhibit(SETTING, new FinishedRuns(RunStore.at(runs)));
    }

    private static List<String> texts(List<Cell> row) {
        return row.stream().map(Cell::text).toList();
    }

    /** Weights%, kept, FLOP% and weights of a line. */
    private static String line(Table table, int row) {
        List<String> cells = texts(table.rows().get(row));
        return cells.get(0) + " " + cells.get(2) + " " + cells.get(8) + " " + cells.get(10);
    }

    /** Weights times Weights%; FLOP% is that share times the Act% of the layer before. */
    @Test
    void table4GivesThePapersOwnTotals() {
        Exhibit exhibit = exhibit(new HanTable4());
        Table table = exhibit.tables().getFirst();
        assertEquals("table4", table.name());
        assertEquals(
                List.of("conv1 34,848 29,272 84.00", "conv2 307,200 116,736 33.44", "conv3 884,736 309,658 18.20",
                        "conv4 663,552 245,514 13.69", "conv5 442,368 163,676 14.80",
                        "fc6 (fc1) 37,748,736 3,397,386 3.06", "fc7 (fc2) 16,777,216 1,509,949 3.24",
                        "fc8 (fc3) 4,096,000 1,024,000 10.00", "total 60,954,656 6,796,192 30.26"),
                java.util.stream.IntStream.range(0, 9).mapToObj(i -> line(table, i)).toList());
        assertEquals(
                List.of("conv2", "307K", "307,200", "448M", "447,897,600", "52", "38", "38.00", "116,736", "33",
                        "33.44"),
                texts(table.rows().get(1)));
        assertEquals("1,448,813,632", table.rows().get(8).get(4).text());
        assertTrue(exhibit.notes().contains("alexnet, kept: 6,796,192 of 60,954,656 (8.97x)"),
                exhibit.notes().toString());
        assertEquals(List.of(), exhibit.gaps());
    }

    @Test
    void table5GivesThePapersOwnTotals() {
        Exhibit exhibit = exhibit(new HanTable5());
        Table table = exhibit.tables().getFirst();
        assertEquals(
                List.of("conv1_1 1,728 1,002 58.00", "conv1_2 36,864 8,110 11.66", "conv2_1 73,728 25,068 30.26",
                        "conv2_2 147,456 53,084 28.80", "conv3_1 294,912 156,303 42.93",
                        "conv3_2 589,824 141,558 16.32", "conv3_3 589,824 247,726 29.40",
                        "conv4_1 1,179,648 377,487 20.48", "conv4_2 2,359,296 637,010 13.77",
                        "conv4_3 2,359,296 802,161 15.30", "conv5_1 2,359,296 825,754 11.90",
                        "conv5_2 2,359,296 684,196 9.28", "conv5_3 2,359,296 849,347 10.44",
                        "fc6 102,760,448 4,110,418 0.76", "fc7 16,777,216 671,089 1.52", "fc8 4,096,000 942,080 9.66",
                        "total 138,344,128 10,532,392 20.66"),
                java.util.stream.IntStream.range(0, 17).mapToObj(i -> line(table, i)).toList());
        assertEquals("30,940,528,640", table.rows().get(16).get(4).text());
        assertEquals("7.5", table.rows().get(16).get(6).text());
        // 138,344,128 / 10,532,392 = 13.1351
        assertTrue(exhibit.notes().contains("vgg-16-imagenet, kept: 10,532,392 of 138,344,128 (13.14x)"),
                exhibit.notes().toString());
    }

    /** Bytes of lines add up to those of the total; 4 bytes a weight, 40 bits a weight of convolutions without fillers. */
    @Test
    void storageAddsUp() {
        Table storage = exhibit(new HanTable4()).tables().get(1);
        assertEquals("table4-storage", storage.name());
        List<Cell> conv2 = storage.rows().get(1);
        assertEquals("1,228,800", conv2.get(1).text());
        assertEquals(116_736 * 6 + 257 * 4, conv2.get(2).value().orElseThrow());
        assertEquals(116_736 * 5, conv2.get(5).value().orElseThrow());
        assertEquals("25.0 %", conv2.get(6).text());
        for (int column : new int[] {1, 2, 4, 5}) {
            double sum = storage.rows().subList(0, 8).stream().mapToDouble(row -> row.get(column).value().orElseThrow())
                    .sum();
            assertEquals(sum, storage.rows().get(8).get(column).value().orElseThrow(), storage.columns().get(column));
        }
        assertEquals(4 * 60_954_656L, storage.rows().get(8).get(1).value().orElseThrow());
    }

    @Test
    void timesStandThereOnceTheyWereMeasured() {
        Study study = new HanTable4();
        assertTrue(exhibit(study).notes().getLast().contains("./espalier run han-table4 --measure"));
        var provenance = new Provenance(new CodeVersion("c0ffee00", "none"), "a JVM", "an OS", "a processor", "cpu",
                256, "cpu, 256-bit vectors", 2, "", 1, Map.of("device", "2 threads"), "2026-01-02T03:04:05Z");
        RunStore.at(runs).keep("han-table4", new Timings("alexnet", provenance,
                List.of(new LayerTiming("fc6", 64, 0.012, 0.003, 150_994_944, 27_195_476, 11))));
        Exhibit exhibit = exhibit(study);
        assertEquals(
                List.of("fc6", "64", "12.000", "3.000", "4.00x", "150.99", "27.20"),
                texts(exhibit.tables().get(2).rows().getFirst()));
        assertTrue(exhibit.notes().getLast().contains("a processor") && exhibit.notes().getLast().contains("c0ffee00"),
                exhibit.notes().getLast());
        assertEquals(0.003, exhibit.results().getLast().value());
        assertEquals(2, exhibit(new HanTable5()).tables().size(), "another network's");
    }

    /** 6,796,192 weights and 10,568 biases are left of 60,965,224. */
    @Test
    void table6HasOurCountsBesideTheFirstAndTheLastMethod() {
        Table table = exhibit(new HanTable6()).tables().getFirst();
        assertEquals(List.of("baseline Caffe model", "42.78 %", "19.73 %", "61.0M", "1x", "60,965,224", "1.00x"),
                texts(table.rows().getFirst()));
        assertEquals(List.of("data-free pruning", "44.40 %", "", "39.6M", "1.5x", "", ""),
                texts(table.rows().get(1)));
        assertEquals(List.of("network pruning", "42.77 %", "19.67 %", "6.7M", "9x", "6,806,760", "8.97x"),
                texts(table.rows().getLast()));
        assertEquals(8, table.rows().size());
    }
}
