package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.study.Table;
import org.espalier.prune.sparsity.Sparsity;

/** Table 6: what others did to AlexNet, as the paper quotes them, beside the counts of our AlexNet. */
public final class HanTable6 implements Study {
    private static final List<String> COLUMNS =
            List.of("method", "top-1 error", "top-5 error", "parameters", "rate", "parameters ours", "rate ours");

    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanTable6(), args);
    }

    @Override
    public String name() {
        return "han-table6";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Table 6";
    }

    @Override
    public String title() {
        return "AlexNet made smaller by others: quoted, beside our counts";
    }

    @Override
    public boolean needsRuns() {
        return false;
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return List.of();
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        HanNetwork alexnet = HanNetwork.ALEXNET;
        Sparsity kept = alexnet.table().kept();
        List<List<Cell>> rows = new ArrayList<>();
        for (HanPaper.Other other : HanPaper.TABLE_6) {
            List<Cell> row = new ArrayList<>(List.of(
                    Cell.of(other.method()),
                    Cell.number(other.top1(), 2, " %"),
                    Double.isNaN(other.top5()) ? Cell.EMPTY : Cell.number(other.top5(), 2, " %"),
                    Cell.of(other.parameters()),
                    Cell.of(other.rate())));
            row.addAll(ours(other, kept, alexnet.biases()));
            rows.add(row);
        }
        Table table = new Table("table6", paper() + ", " + place() + ": errors, parameters and rates as quoted there, "
                + "and what we count", COLUMNS, rows);
        List<String> notes =
                List.of("the errors are the paper's: others' methods are not run here, and ours would need "
                        + "ImageNet");
        return new Exhibit(List.of(table), List.of(), notes, List.of(), List.of(
                result(setting, kept, "kept_weights", kept.kept()),
                result(setting, kept, "kept_parameters", kept.kept() + alexnet.biases())));
    }

    /** The dense network is the first line, the pruned one the last. */
    private static List<Cell> ours(HanPaper.Other line, Sparsity kept, long biases) {
        if (line.equals(HanPaper.TABLE_6.getFirst())) {
            return List.of(Cell.count(kept.total() + biases), Cell.number(1, 2, "x"));
        }
        return line.equals(HanPaper.TABLE_6.getLast())
                ? List.of(Cell.count(kept.kept() + biases), Cell.number(kept.compression(), 2, "x"))
                : List.of(Cell.EMPTY, Cell.EMPTY);
    }

    private ResultRow result(Setting setting, Sparsity kept, String metric, double value) {
        return new ResultRow(paper(), name(), HanNetwork.ALEXNET.name(), setting.data(), "magnitude",
                "the paper's kept shares", kept.compression(), kept.compression(), Double.NaN,
                setting.seeds().getFirst(), metric, value, "false");
    }
}
