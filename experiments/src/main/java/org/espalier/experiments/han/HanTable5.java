package org.espalier.experiments.han;

import java.util.List;
import java.util.Optional;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.timing.TimedNetwork;

/** Table 5: VGG-16 layer by layer, at full size on weights that nobody trained. */
public final class HanTable5 implements Study {
    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanTable5(), args);
    }

    @Override
    public String name() {
        return "han-table5";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Table 5";
    }

    @Override
    public String title() {
        return "VGG-16 layer by layer: weights, FLOP, what pruning leaves, and what that takes to store and compute";
    }

    @Override
    public boolean needsRuns() {
        return false;
    }

    @Override
    public Optional<TimedNetwork> timed() {
        return Optional.of(HanNetwork.VGG_16.timed());
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return List.of();
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        return HanCounts.exhibit(this, HanNetwork.VGG_16, setting, runs);
    }
}
