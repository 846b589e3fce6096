package org.espalier.experiments.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    /** AlexNet's images are framed to 227, VGG-16's to 224. */
    @Test
    void networksOfOneTableMayFrameImagesOtherwise() {
        Setting setting = new Setting(Preset.QUICK, "imagenet", "c0ffee", 60_000, List.of(1L), "cpu", false);
        finish(TABLE_1, setting);
        List<StudySetting> begun = begun(TABLE_1);
        assertEquals(List.of(setting), begun.stream().map(StudySetting::setting).toList());
        assertEquals(4, begun.getFirst().finished());
        assertEquals(List.of(), begun(TABLE_3));
    }

    @Test
    void cifar10IsASettingToo() {
        Setting setting = new Setting(Preset.QUICK, "cifar10", "c0ffee", 60_000, List.of(1L), "cpu", false);
        finish(TABLE_1, setting);
        assertEquals(List.of(setting), begun(TABLE_1).stream().map(StudySetting::setting).toList());
        assertEquals(2, begun(Studies.named("han-figure7")).getFirst().finished());
        assertEquals(1, begun(Studies.named("han-figure6")).getFirst().finished(), "the network that is scanned");
    }

    @Test
    void runsWithAnotherPreprocessingAreAnotherSetting() {
        Setting own = HandmadeRuns.setting(Preset.QUICK, 1L);
        Setting unit = own.with(HandmadeRuns.normalised("unit"));
        Setting shifted = own.with(HandmadeRuns.normalised("0.5,0.25"));
        finish(TABLE_3, unit);
        finish(TABLE_3, own);
        finish(TABLE_3, shifted);
        assertEquals(Set.of(own, unit, shifted),
                begun(TABLE_3).stream().map(StudySetting::setting).collect(Collectors.toSet()));
        assertEquals(List.of(2L, 2L, 2L), begun(TABLE_3).stream().map(StudySetting::finished).toList());
        assertEquals(6, StoredRun.all(RunStore.at(folder)).size(), "no run is shared");
    }

    private void finish(Study study, Setting setting, String keep) {
        finish(study, setting.with(HandmadeRuns.kept(study, setting, keep)));
    }

    private static List<String> words(List<StudySetting> settings) {
        return settings.stream()
                .map(begun -> (begun.setting().seeds() + " " + begun.setting().changes().words()).strip() + ": "
                        + begun.finished() + " of " + begun.runs().size())
                .toList();
    }

    /** The dense run is shared, and makes no gap in what was not asked for. */
    @Test
    void otherSharesAreAnotherSetting() {
        Study table2 = Studies.named("han-table2");
        finish(table2, HandmadeRuns.setting(Preset.QUICK, 2L), "fc1=0.1");
        assertEquals(List.of("[2] keep lenet-300-100:fc1=0.1: 2 of 2"), words(begun(table2)));
        finish(table2, HandmadeRuns.setting(Preset.QUICK, 1L));
        finish(table2, HandmadeRuns.setting(Preset.QUICK, 1L, 2L), "fc1=0.1,fc3=0.5");
        assertEquals(
                Set.of(
                        "[1]: 2 of 2",
                        "[2] keep lenet-300-100:fc1=0.1: 2 of 2",
                        "[1, 2] keep lenet-300-100:fc1=0.1,lenet-300-100:fc3=0.5: 4 of 4"),
                Set.copyOf(words(begun(table2))));
        assertEquals("[1]: 2 of 2", words(begun(table2)).getFirst(), "the paper's shares come first");
        // Figure 4 shows the same runs, of one seed; Figure 6 prunes to no shares, has no scan yet, and shows one seed.
        assertEquals(3, begun(Studies.named("han-figure4")).size());
        assertEquals(List.of("[1, 2]: 1 of 4"), words(begun(Studies.named("han-figure6"))));
    }

    /** The shares of one network vary at a time, the other has the paper's where these were begun. */
    @Test
    void sharesOfTwoNetworks() {
        Setting setting = HandmadeRuns.setting(Preset.QUICK, 1L);
        finish(TABLE_1, setting, "lenet-300-100:fc1=0.1,lenet-5-caffe:fc1=0.2");
        assertEquals(List.of("[1] keep lenet-300-100:fc1=0.1,lenet-5-caffe:fc1=0.2: 4 of 4"), words(begun(TABLE_1)));
        finish(TABLE_3, setting);
        assertEquals(
                List.of(
                        "[1] keep lenet-300-100:fc1=0.1: 4 of 4",
                        "[1] keep lenet-300-100:fc1=0.1,lenet-5-caffe:fc1=0.2: 4 of 4"),
                words(begun(TABLE_1)));
        finish(Studies.named("han-table2"), setting);
        assertEquals(
                List.of(
                        "[1]: 4 of 4",
                        "[1] keep lenet-300-100:fc1=0.1: 4 of 4",
                        "[1] keep lenet-5-caffe:fc1=0.2: 4 of 4"),
                words(begun(TABLE_1)));
    }

    @Test
    void sharesOfOnePresetSayNothingOfAnother() {
        finish(TABLE_3, HandmadeRuns.setting(Preset.QUICK, 1L), "conv1=0.5");
        Setting paper = HandmadeRuns.setting(Preset.PAPER, 1L);
        new HandmadeRuns(RunStore.at(folder)).finish(TABLE_3.experiments(paper).getFirst().parent().orElseThrow(), 100);
        assertEquals(
                List.of("[1] keep lenet-5-caffe:conv1=0.5: 2 of 2", "[1]: 1 of 2"), words(begun(TABLE_3)));
    }

    @Test
    void theCaffeFormHasSharesOfItsOwn() {
        Setting setting = HandmadeRuns.setting(Preset.QUICK, 1L).withLinearConv(true);
        finish(TABLE_3, setting, "lenet-5-caffe-linear-conv:conv1=0.5");
        List<StudySetting> begun = begun(TABLE_3);
        assertEquals(List.of("[1] keep lenet-5-caffe-linear-conv:conv1=0.5: 4 of 4"), words(begun));
        assertTrue(begun.getFirst().setting().linearConv());
    }

    /** Such as one of a later version. */
    @Test
    void aPreprocessingThatIsNotKnownBelongsToNoStudy() {
        DenseRun known = (DenseRun) TABLE_3.experiments(HandmadeRuns.setting(Preset.QUICK, 1L)).getFirst().parent()
                .orElseThrow();
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
