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

/** Table 4: AlexNet layer by layer, at full size on weights that nobody trained. */
public final class HanTable4 implements Study {
    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanTable4(), args);
    }

    @Override
    public String name() {
        return "han-table4";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Table 4";
    }

    @Override
    public String title() {
        return "AlexNet layer by layer: weights, FLOP, what pruning leaves, and what that takes to store and compute";
    }

    @Override
    public boolean needsRuns() {
        return false;
    }

    @Override
    public Optional<TimedNetwork> timed() {
        return Optional.of(HanNetwork.ALEXNET.timed());
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return List.of();
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        return HanCounts.exhibit(this, HanNetwork.ALEXNET, setting, runs);
    }
}
