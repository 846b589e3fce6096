package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
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
}
