package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.TimeEstimate;
import org.espalier.experiments.run.RunStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlanTest {
    /** Dense and pruned, of LeNet-300-100 and of LeNet-5. */
    private static final List<Experiment> TABLE_1 =
            Studies.named("han-table1").experiments(HandmadeRuns.setting(Preset.QUICK, 1L));

    @TempDir
    private Path folder;

    private Plan plan(List<Experiment> experiments) {
        RunStore store = RunStore.at(folder);
        return Plan.of(experiments, store, new TimeEstimate(store, 10_000));
    }

    private Path file(Experiment experiment, String name) {
        return RunStore.at(folder).folder(experiment.id()).resolve(name);
    }

    private static List<String> column(Plan plan, int column) {
        return plan.table().rows().stream().map(row -> row.get(column).text()).toList();
    }

    /** Made-up runs trained 180,000 images in 60 s. LeNet-300-100 has three steps of 1, 1 and 3 epochs of 60,000. */
    @Test
    void brokenRunsAreNamedAndTheOthersPlanned() throws IOException {
        HandmadeRuns runs = new HandmadeRuns(RunStore.at(folder));
        runs.finish(TABLE_1.get(0), 164);
        runs.finish(TABLE_1.get(1), 159);
        runs.finish(TABLE_1.get(2), 80);
        Files.writeString(file(TABLE_1.get(1), "result.json"), "{");
        Plan plan = plan(TABLE_1);
        assertEquals(List.of("finished", "broken", "finished", "not begun"), column(plan, 1));
        // 300,000 images at 3,000 a second; of LeNet-5 20,000 instead of 60,000
        assertEquals(List.of("180,000", "300,000", "60,000", "100,000"), column(plan, 2));
        assertEquals(List.of("", "0:01:40", "", "0:00:33"), column(plan, 3));
        assertEquals("2 of 4 runs finished; time left about 0:02:13", plan.summary());
        assertEquals(1, plan.faults().size());
        assertTrue(plan.faults().getFirst().contains("result.json"), plan.faults().toString());
    }

    @Test
    void eventsThatCannotBeReadMakeARunBroken() throws IOException {
        HandmadeRuns runs = new HandmadeRuns(RunStore.at(folder));
        runs.finish(TABLE_1.get(0), 164);
        runs.leaveUnfinished(TABLE_1.get(1));
        // Three of five epochs are done.
        assertEquals("0:00:40", column(plan(TABLE_1), 3).get(1));
        Files.writeString(file(TABLE_1.get(1), "events.jsonl"), "{\n");
        Plan plan = plan(TABLE_1);
        assertEquals("broken", column(plan, 1).get(1));
        assertEquals("0:01:40", column(plan, 3).get(1));
        assertTrue(plan.faults().getFirst().contains("events.jsonl"), plan.faults().toString());
    }

    @Test
    void anExperimentThatIsNotTheFoldersIsBroken() throws IOException {
        new HandmadeRuns(RunStore.at(folder)).finish(TABLE_1.get(0), 164);
        Files.writeString(file(TABLE_1.get(0), "experiment.txt"), "something else\n");
        assertEquals("broken", column(plan(TABLE_1), 1).getFirst());
    }

    /** LeNet-300-100: ten shares of three layers and the whole, LeNet-5: of four; 10,000 test images each. */
    @Test
    void scansTakeTimeToo() {
        HandmadeRuns runs = new HandmadeRuns(RunStore.at(folder));
        List<Experiment> scans = Studies.named("han-figure6").experiments(HandmadeRuns.setting(Preset.QUICK, 1L));
        List<Experiment> all = Runner.inOrder(scans);
        runs.finish(all.get(0), 164);
        runs.finish(all.get(2), 80);
        Plan plan = plan(scans);
        assertEquals(List.of("finished", "not begun", "finished", "not begun"), column(plan, 1));
        assertEquals(List.of("180,000", "310,000", "60,000", "410,000"), column(plan, 2));
        // measured three times as fast as the 3,000 images a second of training
        assertEquals(List.of("", "0:00:34", "", "0:00:46"), column(plan, 3));
        assertEquals((310_000 + 410_000) / 9_000.0, plan.secondsLeft(), 1e-9);
    }
}
