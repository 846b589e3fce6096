package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --keep} and {@code --normalise} do to the runs and to what is shown of them. */
final class ChangesTest {
    private static final Setting OWN = HandmadeRuns.setting(Preset.QUICK, 1L);

    private static List<Experiment> experiments(Setting setting) {
        return Studies.named("han-table1").experiments(setting);
    }

    @Test
    void anotherPreprocessingMakesEveryRunAnother() {
        Set<RunId> ids = new HashSet<>();
        List<Setting> settings =
                List.of(OWN, OWN.with(HandmadeRuns.normalised("unit")), OWN.with(HandmadeRuns.normalised("0.5,0.25")));
        for (Setting setting : settings) {
            experiments(setting).forEach(run -> assertTrue(ids.add(run.id()), run.id().text()));
        }
        assertEquals(12, ids.size());
        Preprocessing shifted = experiments(settings.get(2)).getLast().data().preprocessing();
        assertEquals(new Preprocessing("0.5,0.25", 255, List.of(0.5), List.of(0.25)), shifted);
    }

    @Test
    void whatThePaperHasAnywayIsNoChange() {
        assertEquals(Changes.NONE, Changes.of(experiments(OWN), new TreeMap<>(), Optional.empty()));
        assertEquals(Changes.NONE,
                Changes.of(experiments(OWN), new TreeMap<>(), Optional.of(Preprocessing.CAFFE_MNIST)));
        assertEquals(HandmadeRuns.normalised("unit"),
                Changes.of(experiments(OWN), new TreeMap<>(), Optional.of(Preprocessing.UNIT)));
    }

    @Test
    void captionsFilesAndNumbersSayIt(@TempDir Path folder) {
        Setting unit = OWN.with(HandmadeRuns.normalised("unit"));
        assertEquals("digits, preset quick", OWN.words());
        assertEquals("digits, preset quick, normalise unit", unit.words());
        assertEquals("quick-digits", OWN.slug());
        assertEquals("quick-digits-normalise-unit", unit.slug());
        assertNotEquals(OWN.with(HandmadeRuns.normalised("0.5,0.25")).slug(),
                OWN.with(HandmadeRuns.normalised("0.5,0.2")).slug());
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

    private static final Study TABLE_1 = Studies.named("han-table1");

    private static Changes keep(String text) {
        return HandmadeRuns.kept(TABLE_1, OWN, text);
    }

    @Test
    void otherSharesMakeThePrunedRunAnotherAndNoOther() {
        List<Experiment> before = experiments(OWN);
        List<Experiment> after = experiments(OWN.with(keep("lenet-300-100:fc1=0.1")));
        assertEquals(List.of(before.get(0).id(), before.get(2).id(), before.get(3).id()),
                List.of(after.get(0).id(), after.get(2).id(), after.get(3).id()));
        assertNotEquals(before.get(1).id(), after.get(1).id());
        assertEquals(
                Map.of("fc1", 0.1, "fc2", 0.09, "fc3", 0.26),
                KeptShares.of(after).networks().get("lenet-300-100"),
                "layers not named keep the paper's share");
    }

    @Test
    void thePapersSharesAreNoChange() {
        assertEquals(Changes.NONE, keep("lenet-300-100:fc1=0.08,conv2=0.12"));
        assertEquals("keep lenet-5-caffe:conv1=0.5", keep("lenet-300-100:fc1=0.08,conv1=.5").words());
        assertEquals("keep lenet-300-100:fc3=1.0,lenet-5-caffe:fc1=0.0", keep("lenet5:fc1=0,lenet300:fc3=1").words());
    }

    /** A layer that only one network has needs no more than its name. */
    @Test
    void whatDoesNotFitIsSaid() {
        Map<String, String> complaints = Map.of(
                "fc1=0.1", "lenet-300-100 and lenet-5-caffe have a layer fc1; say which, as in lenet-300-100:fc1=0.08",
                "conv9=0.1", "no layer conv9 is pruned here; did you mean conv1?",
                "lenet-300-100:conv1=0.1",
                "lenet-300-100 has no layer conv1 with weights; there are fc1, fc2, fc3",
                "lenet-6:fc1=0.1", "no network lenet-6 is pruned here; there are lenet-300-100, lenet-5-caffe",
                "conv1=1.5", "layer 'conv1' wants a kept share in 0..1, got 1.5",
                "conv1=half", "layer 'conv1' wants a number, got 'half'",
                "conv1=NaN", "layer 'conv1' wants a kept share in 0..1, got NaN",
                "conv1=0.5,conv1=0.6", "layer conv1 of lenet-5-caffe stands twice in 'conv1=0.5,conv1=0.6'",
                "conv1", "expected LAYER=NUMBER,LAYER=NUMBER, such as fc1=0.08,fc2=0.09, got 'conv1' in 'conv1'");
        complaints.forEach((text, complaint) -> assertEquals(
                "--keep: " + complaint, assertThrows(UsageException.class, () -> keep(text)).getMessage()));
        assertThrows(UsageException.class, () -> keep(""));
        assertThrows(UsageException.class, () -> keep("conv1=0.5,"));
        Study figure6 = Studies.named("han-figure6");
        assertEquals(
                "--keep: there are no shares to change: this experiment prunes no network to given ones",
                assertThrows(UsageException.class, () -> HandmadeRuns.kept(figure6, OWN, "fc1=0.1")).getMessage());
    }

    @Test
    void sharesStandInCaptionsFilesAndNumbers(@TempDir Path folder) {
        Setting setting = OWN.with(keep("lenet-300-100:fc1=0.1"));
        assertEquals("quick-digits-keep-lenet-300-100-fc1-0.1", setting.slug());
        RunStore store = RunStore.at(folder);
        new HandmadeRuns(store).finishAll(TABLE_1, setting, 164);
        Exhibit exhibit = TABLE_1.exhibit(setting, new FinishedRuns(store));
        assertTrue(exhibit.notes().contains(
                "lenet-300-100, kept shares that were asked for instead of the paper's: fc1 0.1 instead of 0.08"),
                exhibit.notes().toString());
        // Of the other network and of dense runs nothing was changed.
        assertEquals(
                List.of("", "iterative; keep lenet-300-100:fc1=0.1", "", "iterative"),
                exhibit.results().stream().filter(row -> row.metric().equals("kept_weights")).map(ResultRow::mode)
                        .toList());
    }
}
