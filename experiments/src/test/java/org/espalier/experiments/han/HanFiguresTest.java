package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.PrunedRun;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HanFiguresTest {
    /** Two units of 784 inputs: both look at pixel (14, 14), one at (0, 0), one at (27, 3). */
    @Test
    void keptWeightsOfPixelsCentreAndFrame() {
        boolean[] kept = new boolean[2 * 784];
        kept[14 * 28 + 14] = true;
        kept[784 + 14 * 28 + 14] = true;
        kept[0] = true;
        kept[784 + 27 * 28 + 3] = true;
        List<Integer> grid = HanFigure4.keptOfPixels(kept);
        assertEquals(2, grid.get(14 * 28 + 14));
        assertEquals(1, grid.get(0));
        assertEquals(1, grid.get(27 * 28 + 3));
        assertEquals(4, grid.stream().mapToInt(i -> i).sum());
        // the centre has 14 x 14 = 196 pixels, the frame 784 - 20 x 20 = 384
        assertEquals(2 / 196.0, HanFigure4.centre(grid), 1e-15);
        assertEquals(2 / 384.0, HanFigure4.frame(grid), 1e-15);
    }

    @Test
    void theCentreEndsWhereTheSpecificationSays() {
        boolean[] kept = new boolean[784];
        kept[7 * 28 + 7] = true;
        kept[20 * 28 + 20] = true;
        kept[6 * 28 + 7] = true;
        kept[7 * 28 + 21] = true;
        assertEquals(2 / 196.0, HanFigure4.centre(HanFigure4.keptOfPixels(kept)), 1e-15);
        assertEquals(0, HanFigure4.frame(HanFigure4.keptOfPixels(kept)));
    }

    @Test
    void figuresWithoutRunsAreGaps(@TempDir Path runs) {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L);
        FinishedRuns none = new FinishedRuns(RunStore.at(runs));
        Exhibit four = new HanFigure4().exhibit(setting, none);
        Exhibit six = new HanFigure6().exhibit(setting, none);
        Exhibit seven = new HanFigure7().exhibit(setting, none);
        assertEquals(List.of(1, 2, 2), List.of(four.gaps().size(), six.gaps().size(), seven.gaps().size()));
        assertTrue(four.pictures().isEmpty() && six.tables().isEmpty() && seven.results().isEmpty());
        assertTrue(six.gaps().getFirst().endsWith(": not begun"), six.gaps().toString());
    }

    private static void write(Path file, float[] weights, byte... mask) {
        SafetensorsWriter model = new SafetensorsWriter().floats("fc1.weight", Shape.of(2, 3), weights);
        if (mask.length > 0) {
            model.bytes("fc1.weight_mask", Shape.of(2, 3), mask);
        }
        model.write(file);
    }

    /**
     * Of 1, -2, 3, -4, 5, -6 the prune keeps what is 3 or more, so t is 3: before it 1 and -2 lie in (-3, 3), after
     * retraining 2.5 and -2.75, which were 3 and -4.
     */
    @Test
    void theEmptyIntervalIsChosenAndWhatLiesInItIsCounted(@TempDir Path runs) {
        Setting setting = HandmadeRuns.setting(Preset.PAPER, 1L);
        PrunedRun pruned = HanRuns.firstLenet300(setting).pruned().orElseThrow();
        HandmadeRuns handmade = new HandmadeRuns(RunStore.at(runs));
        handmade.finish(pruned.dense(), 170);
        handmade.finish(pruned, 165);
        FinishedRuns finished = new FinishedRuns(RunStore.at(runs));
        FinishedRun run = finished.find(pruned).orElseThrow();
        write(finished.find(pruned.dense()).orElseThrow().model(), new float[] {1, -2, 3, -4, 5, -6});
        byte[] mask = {0, 0, 1, 1, 1, 1};
        write(run.afterPrune(), new float[] {0, 0, 3, -4, 5, -6}, mask);
        write(run.model(), new float[] {0, 0, 2.5f, -2.75f, 5, -7}, mask);
        Exhibit exhibit = new HanFigure7().exhibit(setting, finished);
        assertEquals(
                "t = 3.000000 is the smallest magnitude that the last prune step kept, so right after it none of the kept "
                        + "weights lies in (-t, t), by the choice of t; counted there: 2 of 6 before pruning, 2 of 4 after "
                        + "retraining",
                exhibit.notes().getFirst());
        assertEquals(
                List.of(
                        List.of("before", "6", "1.000000", "6.000000", "2"),
                        List.of("after prune step 5", "4", "3.000000", "6.000000", "0"),
                        List.of("after retraining", "4", "2.500000", "7.000000", "2")),
                exhibit.tables().getFirst().rows().stream()
                        .map(row -> Stream.of(0, 1, 3, 4, 5).map(column -> row.get(column).text()).toList())
                        .toList());
    }
}
