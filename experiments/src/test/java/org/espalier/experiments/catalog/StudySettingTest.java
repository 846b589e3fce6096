package org.espalier.experiments.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.engine.DataSpec;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Changes;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudySettingTest {
    private static final Study TABLE_1 = Studies.named("han-table1");
    private static final Study TABLE_3 = Studies.named("han-table3");

    @TempDir
    Path folder;

    private List<StudySetting> begun(Study study) {
        return StudySetting.begun(study, StoredRun.all(RunStore.at(folder)));
    }

    private void finish(Study study, Setting setting) {
        new HandmadeRuns(RunStore.at(folder)).finishAll(study, setting, 100);
    }

    @Test
    void nothingIsBegunInAnEmptyStore() {
        assertEquals(List.of(), begun(TABLE_1));
    }

    @Test
    void theSettingIsTheOneThatTheRunsWereDoneIn() {
        Setting setting = HandmadeRuns.setting(Preset.QUICK, 1L, 4L);
        finish(TABLE_1, setting);
        List<StudySetting> begun = begun(TABLE_1);
        assertEquals(1, begun.size());
        assertEquals(setting, begun.getFirst().setting());
        // Dense and pruned, two networks, two seeds.
        assertEquals(8, begun.getFirst().runs().size());
        assertEquals(8, begun.getFirst().finished());
    }

    /**
     * LeNet-5 takes 20,000 images in the quick preset. Where only it was run, what is missing is named as a real run would
     * be all the same: the runs say that the set has 60,000.
     */
    @Test
    void aStudySharesRunsOfAnother() {
        Setting setting = HandmadeRuns.setting(Preset.QUICK, 1L);
        finish(TABLE_3, setting);
        assertEquals(2, begun(TABLE_3).getFirst().finished());
        assertEquals(2, begun(TABLE_1).getFirst().finished());
        assertEquals(setting, begun(TABLE_1).getFirst().setting());
        assertEquals(
                Runner.inOrder(TABLE_1.experiments(setting)).stream().map(Experiment::id).toList(),
                List.copyOf(begun(TABLE_1).getFirst().runs().keySet()));
        assertEquals(List.of(), begun(Studies.named("han-table2")));
    }

    /** Runs that don't say: the one that took the most does. */
    @Test
    void theSizeOfTheSetIsGuessedWhereNoRunSaysIt() {
        HandmadeRuns old = HandmadeRuns.ofUnknownSet(RunStore.at(folder));
        old.finishAll(TABLE_3, HandmadeRuns.setting(Preset.QUICK, 1L), 100);
        assertEquals(20_000, begun(TABLE_1).getFirst().setting().trainImages());
        old.finishAll(Studies.named("han-table2"), HandmadeRuns.setting(Preset.QUICK, 1L), 100);
        assertEquals(60_000, begun(TABLE_1).getFirst().setting().trainImages());
    }

    @Test
    void presetsSetsAndBackendsAreKeptApart() {
        finish(TABLE_3, HandmadeRuns.setting(Preset.QUICK, 1L));
        finish(TABLE_3, HandmadeRuns.setting(Preset.PAPER, 2L));
        Setting other = new Setting(Preset.QUICK, "mnist", "c0ffee", 60_000, List.of(3L), "cpu", false);
        finish(TABLE_3, other);
        List<Setting> settings = begun(TABLE_3).stream().map(StudySetting::setting).toList();
        assertEquals(3, settings.size());
        assertEquals(
                List.of("quick digits [1]", "quick mnist [3]", "paper digits [2]"),
                settings.stream().map(s -> s.preset().label() + " " + s.dataset() + " " + s.seeds()).toList());
    }

    @Test
    void runsWithAnotherPreprocessingAreAnotherSetting() {
        Setting own = HandmadeRuns.setting(Preset.QUICK, 1L);
        Setting unit = own.with(new Changes("unit"));
        Setting shifted = own.with(new Changes("0.5,0.25"));
        finish(TABLE_3, unit);
        finish(TABLE_3, own);
        finish(TABLE_3, shifted);
        assertEquals(Set.of(own, unit, shifted),
                begun(TABLE_3).stream().map(StudySetting::setting).collect(Collectors.toSet()));
        assertEquals(List.of(2L, 2L, 2L), begun(TABLE_3).stream().map(StudySetting::finished).toList());
        assertEquals(6, StoredRun.all(RunStore.at(folder)).size(), "no run is shared");
    }

    /** Such as one of a later version. */
    @Test
    void aPreprocessingThatIsNotKnownBelongsToNoStudy() {
        DenseRun known = TABLE_3.experiments(HandmadeRuns.setting(Preset.QUICK, 1L)).getFirst().dense();
        DataSpec data = known.data();
        DenseRun unknown = new DenseRun(
                known.network(),
                new DataSpec(data.dataset(), data.checksum(), data.trainImages(), Preprocessing.scaled("new", 128)),
                known.recipe(), known.batch(), known.seed(), known.backend());
        new HandmadeRuns(RunStore.at(folder)).finish(unknown, 100);
        assertEquals(List.of(), begun(TABLE_3));
    }

    @Test
    void unfinishedRunsAreBegun() {
        Experiment dense = TABLE_3.experiments(HandmadeRuns.setting(Preset.QUICK, 1L)).getFirst();
        new HandmadeRuns(RunStore.at(folder)).leaveUnfinished(dense);
        assertEquals(0, begun(TABLE_3).getFirst().finished());
        assertEquals(2, begun(TABLE_3).getFirst().runs().size());
    }
}
