package org.espalier.experiments.han;

import java.util.List;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;

/** Table 2: LeNet-300-100 layer by layer. */
public final class HanTable2 implements Study {
    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanTable2(), args);
    }

    @Override
    public String name() {
        return "han-table2";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Table 2";
    }

    @Override
    public String title() {
        return "LeNet-300-100 layer by layer: weights, FLOP, activity and what pruning leaves";
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return HanRuns.pruned(HanRecipe.lenet300(setting.preset()), setting);
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        return HanLayers.exhibit(this, List.of(HanRecipe.lenet300(setting.preset())), HanPaper.TABLE_2, setting, runs);
    }
}
