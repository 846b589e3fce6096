package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --normalise} does to the runs and to what is shown of them. */
final class ChangesTest {
    private static final Setting OWN = HandmadeRuns.setting(Preset.QUICK, 1L);

    private static List<Experiment> experiments(Setting setting) {
        return Studies.named("han-table1").experiments(setting);
    }

    @Test
    void anotherPreprocessingMakesEveryRunAnother() {
        Set<RunId> ids = new HashSet<>();
        List<Setting> settings = List.of(OWN, OWN.with(new Changes("unit")), OWN.with(new Changes("0.5,0.25")));
        for (Setting setting : settings) {
            experiments(setting).forEach(run -> assertTrue(ids.add(run.id()), run.id().text()));
        }
        assertEquals(12, ids.size());
        Preprocessing shifted = experiments(settings.get(2)).getLast().dense().data().preprocessing();
        assertEquals(new Preprocessing("0.5,0.25", 255, List.of(0.5), List.of(0.25)), shifted);
    }

    @Test
    void whatThePaperHasAnywayIsNoChange() {
        assertEquals(Changes.NONE, Changes.of(experiments(OWN), Optional.empty()));
        assertEquals(Changes.NONE, Changes.of(experiments(OWN), Optional.of(Preprocessing.CAFFE_MNIST)));
        assertEquals(new Changes("unit"), Changes.of(experiments(OWN), Optional.of(Preprocessing.UNIT)));
    }

    @Test
    void captionsFilesAndNumbersSayIt(@TempDir Path folder) {
        Setting unit = OWN.with(new Changes("unit"));
        assertEquals("digits, preset quick", OWN.words());
        assertEquals("digits, preset quick, normalise unit", unit.words());
        assertEquals("quick-digits", OWN.slug());
        assertEquals("quick-digits-normalise-unit", unit.slug());
        assertNotEquals(OWN.with(new Changes("0.5,0.25")).slug(), OWN.with(new Changes("0.5,0.2")).slug());
        Study table1 = Studies.named("han-table1");
        RunStore store = RunStore.at(folder);
        new HandmadeRuns(store).finishAll(table1, unit, 164);
        Exhibit exhibit = table1.exhibit(unit, new FinishedRuns(store));
        assertTrue(exhibit.tables().getFirst().caption().contains("on digits, preset quick, normalise unit, seed 1"));
        assertEquals(
                Set.of("normalise unit", "iterative; normalise unit"),
                Set.copyOf(exhibit.results().stream().map(ResultRow::mode).distinct().toList()));
        assertEquals(4, table1.exhibit(OWN, new FinishedRuns(store)).gaps().size());
    }
}
