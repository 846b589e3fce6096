package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.SensitivityPoint;
import org.espalier.experiments.engine.SensitivityRun;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Picture;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scans made by hand, of LeNet-300-100 and of LeNet-5 without ReLU after its convolutions; that of LeNet-5 is missing.
 * Of 10,000 test images each one is a hundredth of a point.
 */
final class HanFigure6Test {
    /** The second seed has no runs, for the figure shows the first one's. */
    private static final Setting SETTING = HandmadeRuns.withLinearConv(Preset.PAPER, 4L, 9L);

    /** Wrong with all weights: 2 and 1 per cent, so that neither network's accuracy does for the other. */
    private static final int WRONG_300 = 200;
    private static final int WRONG_LINEAR = 100;

    @TempDir
    private Path runs;

    private Exhibit exhibit = new Exhibit(List.of(), List.of(), List.of(), List.of(), List.of());

    @BeforeEach
    void scan() {
        HandmadeRuns handmade = new HandmadeRuns(RunStore.at(runs));
        List<Experiment> scans = new HanFigure6().experiments(SETTING);
        assertEquals(3, scans.size(), "of both networks and the Caffe form, whatever seeds there are");
        // Tenths are those cut away. The layer that suffers most is last, the one worst at a single share is first, and
        // with nothing left the order is another one again.
        handmade.finishScan((SensitivityRun) scans.get(0), WRONG_300, Stream.of(
                layer("fc1", 235_200, WRONG_300, 100, cut -> cut == 9 ? 300 : 0),
                layer("fc2", 30_000, WRONG_300, 8_800, cut -> cut == 5 ? -9 : 0),
                layer("fc3", 1_000, WRONG_300, 50, cut -> 10 * cut))
                .flatMap(List::stream).toList());
        handmade.finishScan((SensitivityRun) scans.get(2), WRONG_LINEAR, Stream.of(
                layer("conv1", 500, WRONG_LINEAR, 8_900, cut -> 20 * cut),
                layer("conv2", 25_000, WRONG_LINEAR, 8_900, cut -> 10 * cut),
                layer("fc1", 400_000, WRONG_LINEAR, 8_900, _ -> 0),
                layer("fc2", 5_000, WRONG_LINEAR, 8_900, cut -> 2 * cut))
                .flatMap(List::stream).toList());
        exhibit = new HanFigure6().exhibit(SETTING, new FinishedRuns(RunStore.at(runs)));
    }

    /**
     * The shares 1.0, 0.9, ... 0.0 of a layer; between the ends one weight more is kept than was asked for.
     *
     * @param wrong images wrong with all weights
     * @param none images wrong beyond those with no weight left
     * @param more the same by the tenths cut away, 1 to 9
     */
    private static List<SensitivityPoint> layer(
            String name, long weights, int wrong, long none, IntUnaryOperator more) {
        return IntStream.rangeClosed(0, 10).mapToObj(cut -> {
            boolean end = cut == 0 || cut == 10;
            long beyond = end ? cut / 10 * none : more.applyAsInt(cut);
            double right = HandmadeRuns.TEST_IMAGES - wrong - beyond;
            return new SensitivityPoint(name, (10 - cut) / 10.0, weights * (10 - cut) / 10 + (end ? 0 : 1), weights,
                    right / HandmadeRuns.TEST_IMAGES);
        }).toList();
    }

    @Test
    void changesOfAccuracyInPoints() {
        assertEquals(List.of("lenet-300-100", "lenet-5-caffe-linear-conv"),
                exhibit.tables().stream().map(Table::name).toList());
        Table first = exhibit.tables().getFirst();
        assertEquals(
                "Han 2015, Figure 6: lenet-300-100 on digits, preset paper, seed 4; change of accuracy in points",
                first.caption());
        assertEquals(List.of("kept share", "fc1", "fc2", "fc3"), first.columns());
        assertEquals(List.of(
                List.of("1.0", "+0.00", "+0.00", "+0.00"),
                List.of("0.9", "+0.00", "+0.00", "-0.10"),
                List.of("0.8", "+0.00", "+0.00", "-0.20"),
                List.of("0.7", "+0.00", "+0.00", "-0.30"),
                List.of("0.6", "+0.00", "+0.00", "-0.40"),
                List.of("0.5", "+0.00", "+0.09", "-0.50"),
                List.of("0.4", "+0.00", "+0.00", "-0.60"),
                List.of("0.3", "+0.00", "+0.00", "-0.70"),
                List.of("0.2", "+0.00", "+0.00", "-0.80"),
                List.of("0.1", "-3.00", "+0.00", "-0.90"),
                List.of("0.0", "-1.00", "-88.00", "-0.50")), texts(first));
        Table second = exhibit.tables().getLast();
        assertEquals(List.of("kept share", "conv1", "conv2", "fc1", "fc2"), second.columns());
        assertEquals(List.of("0.1", "-1.80", "-0.90", "+0.00", "-0.18"), texts(second).get(9));
    }

    private static List<List<String>> texts(Table table) {
        return table.rows().stream().map(row -> row.stream().map(Cell::text).toList()).toList();
    }

    /**
     * Means of nine shares. fc3: 10 + 20 + ... + 90 = 450 images, 50 a share; fc1: 300 / 9 = 33.3; fc2: 9 / 9 = 1 image
     * more that is right. Of the other network twice, once and a fifth of the 50.
     */
    @Test
    void theMostSensitiveLayerComesFirst() {
        String order = ", most sensitive first (mean change over shares 0.1 to 0.9): ";
        assertEquals(
                List.of("lenet-300-100" + order + "fc3 -0.50, fc1 -0.33, fc2 +0.01",
                        "lenet-5-caffe-linear-conv" + order + "conv1 -1.00, conv2 -0.50, fc2 -0.10, fc1 +0.00"),
                exhibit.notes());
        assertEquals(List.of("lenet-300-100", "lenet-5-caffe-linear-conv"),
                exhibit.pictures().stream().map(Picture::name).toList());
    }

    @Test
    void theNetworkWithoutAScanIsTheOnlyGap() {
        assertEquals(1, exhibit.gaps().size(), exhibit.gaps().toString());
        assertTrue(exhibit.gaps().getFirst().startsWith("digits-lenet-5-caffe-s4-sensitivity-"),
                exhibit.gaps().getFirst());
        assertTrue(exhibit.gaps().getFirst().endsWith(": not begun"), exhibit.gaps().getFirst());
    }

    /** fc3 at a tenth: 101 of 1,000 weights kept, 90 images lost. */
    @Test
    void eachPointIsAResultWithTheCompressionOfItsLayer() {
        // eleven shares of three layers and of four
        assertEquals(77, exhibit.results().size());
        ResultRow tenth = exhibit.results().get(3 * 11 - 2);
        assertEquals(
                new ResultRow("Han 2015", "han-figure6", "lenet-300-100", "digits", "magnitude",
                        "one layer, no retraining", 10, 1_000 / 101.0, Double.NaN, 4,
                        "accuracy_change_points:fc3", tenth.value(), "false"),
                tenth);
        assertEquals(-0.9, tenth.value(), 1e-12);
    }
}
