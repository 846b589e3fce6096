package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.data.folder.ImageFolder;
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
import org.espalier.prune.sparsity.Sparsity;

/**
 * Table 1: error, parameters and compression, dense and pruned. The LeNets are trained; AlexNet and VGG-16 are counted at full
 * size, unless the data set is ImageNet: then it is these that are trained. On CIFAR-10 a small AlexNet is.
 */
public final class HanTable1 implements Study {
    private static final List<String> COLUMNS = List.of(
            "network", "error paper", "error ours", "difference", "parameters paper", "parameters ours", "rate paper",
            "rate ours");
    private static final List<String> TOP_5_COLUMNS = List.of("top-5 paper", "top-5 ours");
    private static final List<String> COUNTED_COLUMNS = List.of(
            "network", "error paper", "top-5 paper", "errors ours", "parameters paper", "parameters ours", "rate paper",
            "rate ours");
    private static final Cell UNTRAINED = Cell.of("need ImageNet");

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
        return "error and size of each network, dense and pruned";
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
        boolean top5 = setting.dataset().equals(ImageFolder.NAME);
        List<String> columns = new ArrayList<>(COLUMNS);
        columns.addAll(top5 ? TOP_5_COLUMNS : List.of());
        String caption = paper() + ", " + place() + ": top-1 error on " + setting.words() + ", "
                + HanResults.seeds(setting);
        List<Table> tables = new ArrayList<>(List.of(new Table("table1", caption, columns, rows)));
        if (!top5) {
            tables.add(counted());
            notes.add("AlexNet and VGG-16 are counted by the paper's kept shares and not trained; for whoever has "
                    + "ImageNet: ./espalier run " + name() + " --dataset imagenet --data DIR");
        }
        return new Exhibit(tables, List.of(), notes, gaps, results);
    }

    /** A network that is counted, with what the paper printed. */
    private record Counted(HanNetwork network, HanPaper.Headline paper, HanPaper.Top5 top5) {}

    private static final List<Counted> COUNTED = List.of(
            new Counted(HanNetwork.ALEXNET, HanPaper.ALEXNET, HanPaper.ALEXNET_TOP_5),
            new Counted(HanNetwork.VGG_16, HanPaper.VGG_16, HanPaper.VGG_16_TOP_5));

    private Table counted() {
        List<List<Cell>> rows = new ArrayList<>();
        for (Counted each : COUNTED) {
            HanPaper.Headline paper = each.paper();
            Sparsity kept = each.network().table().kept();
            long biases = each.network().biases();
            rows.add(List.of(Cell.of(paper.title() + " reference"), Cell.number(paper.denseError(), 2, " %"),
                    Cell.number(each.top5().dense(), 2, " %"), UNTRAINED, Cell.of(paper.parameters()),
                    Cell.count(kept.total() + biases), Cell.EMPTY, Cell.EMPTY));
            rows.add(List.of(Cell.of(paper.title() + " pruned"), Cell.number(paper.prunedError(), 2, " %"),
                    Cell.number(each.top5().pruned(), 2, " %"), UNTRAINED, Cell.of(paper.prunedParameters()),
                    Cell.count(kept.kept() + biases), Cell.of(paper.rate()), Cell.number(kept.compression(), 2, "x")));
        }
        return new Table("table1-counted", paper() + ", " + place()
                + ": AlexNet and VGG-16 at full size, counted by the paper's kept shares; the errors are the paper's",
                COUNTED_COLUMNS, rows);
    }

    private static List<List<Cell>> rows(HanRecipe recipe, Setting setting, HanSeeds seeds) {
        return switch (recipe.network()) {
            case "lenet-300-100" -> rows(HanPaper.LENET_300_100, "", Optional.empty(), seeds);
            case "alexnet" -> rows(HanPaper.ALEXNET, "", Optional.of(HanPaper.ALEXNET_TOP_5), seeds);
            case "vgg-16-imagenet" -> rows(HanPaper.VGG_16, "", Optional.of(HanPaper.VGG_16_TOP_5), seeds);
            case "alexnet-cifar10" -> rows(HanPaper.ALEXNET, ", small, on CIFAR-10", Optional.empty(), seeds);
            default -> rows(HanPaper.LENET_5, recipe.isLinearConv() ? " without ReLU after convolutions" : "",
                    Optional.empty(), seeds);
        };
    }

    private static List<List<Cell>> rows(
            HanPaper.Headline paper, String form, Optional<HanPaper.Top5> top5, HanSeeds seeds) {
        String title = paper.title() + form;
        List<Cell> dense = row(title + " reference", paper.denseError(), paper.parameters(), "", seeds.dense());
        List<Cell> pruned =
                row(title + " pruned", paper.prunedError(), paper.prunedParameters(), paper.rate(), seeds.pruned());
        top5.ifPresent(paper5 -> {
            dense.addAll(top5(paper5.dense(), seeds.dense()));
            pruned.addAll(top5(paper5.pruned(), seeds.pruned()));
        });
        return List.of(dense, pruned);
    }

    private static List<Cell> top5(double error, List<FinishedRun> runs) {
        return List.of(Cell.number(error, 2, " %"), runs.isEmpty()
                ? Cell.GAP
                : Cell.spread(Spread.of(
                        runs.stream().map(run -> 100 * (1 - run.result().test().top5())).toList()), 2, " %"));
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
