package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Spread;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.study.Table;

/** Table 1, the lines of the LeNets: error, parameters and compression, dense and pruned. */
public final class HanTable1 implements Study {
    private static final List<String> COLUMNS = List.of(
            "network", "error paper", "error ours", "difference", "parameters paper", "parameters ours", "rate paper",
            "rate ours");

    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanTable1(), args);
    }

    @Override
    public String name() {
        return "han-table1";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Table 1";
    }

    @Override
    public String title() {
        return "LeNet-300-100 and LeNet-5: error and size, dense and pruned";
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return HanRuns.recipes(setting).stream().flatMap(recipe -> HanRuns.both(recipe, setting)).toList();
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        List<List<Cell>> rows = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<ResultRow> results = new ArrayList<>();
        for (HanRecipe recipe : HanRuns.recipes(setting)) {
            HanSeeds seeds = HanSeeds.of(recipe, setting, runs);
            gaps.addAll(seeds.gaps());
            results.addAll(HanResults.headline(this, recipe, setting, seeds));
            rows.addAll(rows(recipe, setting, seeds));
            note(recipe, seeds).ifPresent(notes::add);
            notes.addAll(HanResults.remarks(recipe, setting));
        }
        String caption = paper() + ", " + place() + ": top-1 error on " + setting.words() + ", "
                + HanResults.seeds(setting);
        return new Exhibit(List.of(new Table("table1", caption, COLUMNS, rows)), List.of(), notes, gaps, results);
    }

    private static List<List<Cell>> rows(HanRecipe recipe, Setting setting, HanSeeds seeds) {
        HanPaper.Headline paper =
                recipe.network().equals("lenet-300-100") ? HanPaper.LENET_300_100 : HanPaper.LENET_5;
        String title = paper.title() + (recipe.isLinearConv() ? " without ReLU after convolutions" : "");
        List<Cell> dense = row(title + " reference", paper.denseError(), paper.parameters(), "", seeds.dense());
        List<Cell> pruned =
                row(title + " pruned", paper.prunedError(), paper.prunedParameters(), paper.rate(), seeds.pruned());
        return List.of(dense, pruned);
    }

    private static List<Cell> row(String title, double error, String parameters, String rate, List<FinishedRun> runs) {
        List<Cell> row = new ArrayList<>(List.of(Cell.of(title), Cell.number(error, 2, " %")));
        if (runs.isEmpty()) {
            row.addAll(List.of(Cell.GAP, Cell.EMPTY, Cell.of(parameters), Cell.GAP, Cell.of(rate), Cell.EMPTY));
            return row;
        }
        RunResult first = runs.getFirst().result();
        Spread ours = Spread.of(runs.stream().map(run -> run.result().test().errorPercent()).toList());
        row.addAll(List.of(
                Cell.spread(ours, 2, " %"),
                Cell.difference(ours.mean() - error, 2),
                Cell.of(parameters),
                Cell.count(first.keptParameters()),
                Cell.of(rate),
                rate.isEmpty() ? Cell.EMPTY : Cell.number((double) first.weights() / first.keptWeights(), 2, "x")));
        return row;
    }

    /** The figure that the recipe is held to: what pruning costs, paired by seed. */
    private static Optional<String> note(HanRecipe recipe, HanSeeds seeds) {
        if (seeds.pairs().isEmpty()) {
            return Optional.empty();
        }
        Spread cost = Spread.of(seeds.pairs().stream()
                .map(pair -> pair.pruned().result().test().errorPercent() - pair.dense().result().test().errorPercent())
                .toList());
        return Optional.of(recipe.network() + ": pruning changes the error by " + Cell.difference(cost.mean(), 2).text()
                + " points (same seed"
                + (cost.count() == 1
                        ? ""
                        : ", " + Cell.difference(cost.least(), 2).text() + " to "
                                + Cell.difference(cost.most(), 2).text() + " over " + cost.count() + " seeds")
                + ")");
    }
}
