package org.espalier.experiments.han;

import java.util.List;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;

/**
 * Table 3: LeNet-5 layer by layer. Its convolutions have ReLU, for the paper's "Act%" of 82 and 72 can't be without; where
 * it is asked for, a second table has the network as Caffe's file has it, without.
 */
public final class HanTable3 implements Study {
    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanTable3(), args);
    }

    @Override
    public String name() {
        return "han-table3";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Table 3";
    }

    @Override
    public String title() {
        return "LeNet-5 layer by layer: weights, FLOP, activity and what pruning leaves";
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return HanRuns.lenet5(setting).stream()
                .flatMap(recipe -> HanRuns.pruned(recipe, setting).stream())
                .toList();
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        return HanLayers.exhibit(this, HanRuns.lenet5(setting), HanPaper.TABLE_3, setting, runs);
    }
}
