package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Spread;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.Table;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Networks;
import org.espalier.prune.LayerTable;
import org.espalier.prune.LayerWork;
import org.espalier.prune.sparsity.Sparsity;

/**
 * Tables 2 and 3: a network layer by layer. "Act%" is the share of values arriving at the next layer with weights that are
 * not 0. "FLOP%" is the share of weights kept times the "Act%" of the layer before, the image counting as all active;
 * beside it stand the meetings of a non-zero weight and a non-zero input that were counted, the image's black pixels left
 * out.
 */
final class HanLayers {
    private static final List<String> COLUMNS = List.of(
            "layer",
            "weights paper",
            "weights ours",
            "FLOP paper",
            "FLOP ours",
            "Act% paper",
            "Act% ours",
            "Weights% paper",
            "Weights% ours",
            "kept",
            "FLOP% paper",
            "FLOP% ours",
            "counted%");

    private final Study study;
    private final HanRecipe recipe;
    private final List<HanPaper.Line> paper;
    private final Setting setting;
    private final HanSeeds seeds;
    private final List<LayerTable> tables;

    private HanLayers(Study study, HanRecipe recipe, List<HanPaper.Line> paper, Setting setting, HanSeeds seeds) {
        this.study = study;
        this.recipe = recipe;
        this.paper = paper;
        this.setting = setting;
        this.seeds = seeds;
        this.tables = seeds.pruned().stream().map(run -> table(run.result())).toList();
    }

    /** A table for each recipe, all beside the same lines of the paper. */
    static Exhibit exhibit(
            Study study, List<HanRecipe> recipes, List<HanPaper.Line> paper, Setting setting, FinishedRuns runs) {
        List<Exhibit> each = recipes.stream()
                .map(recipe -> new HanLayers(study, recipe, paper, setting, HanSeeds.of(recipe, setting, runs))
                        .exhibit())
                .toList();
        return new Exhibit(
                each.stream().flatMap(exhibit -> exhibit.tables().stream()).toList(),
                List.of(),
                each.stream().flatMap(exhibit -> exhibit.notes().stream()).distinct().toList(),
                each.stream().flatMap(exhibit -> exhibit.gaps().stream()).toList(),
                each.stream().flatMap(exhibit -> exhibit.results().stream()).toList());
    }

    /** The paper's columns of one run. */
    static LayerTable table(RunResult result) {
        List<LayerTable.Row> rows = new ArrayList<>();
        List<LayerWork> layers = result.layers();
        int outputs = Networks.named(result.network()).outputShape().size();
        for (int i = 0; i < layers.size(); i++) {
            LayerWork layer = layers.get(i);
            boolean last = i == layers.size() - 1;
            rows.add(new LayerTable.Row(
                    layer.name(),
                    2 * layer.macs(),
                    last ? outputs : layers.get(i + 1).inputs() / layers.get(i + 1).images(),
                    new Sparsity(layer.kept(), layer.weights()),
                    OptionalDouble.of(last ? 1 : layers.get(i + 1).inputDensity()),
                    OptionalDouble.of(i == 0 ? 1 : layer.inputDensity())));
        }
        return new LayerTable(rows, new Sparsity(result.keptWeights(), result.weights()));
    }

    private Exhibit exhibit() {
        List<LayerCount> counts = LayerCount.of(Networks.named(recipe.network())).stream()
                .filter(count -> count.weights() > 0)
                .toList();
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            rows.add(layer(i, counts.get(i)));
        }
        rows.add(total(LayerCount.total("total", counts)));
        List<String> notes = new ArrayList<>(List.of(
                "Act%: non-zero values that arrive at the next layer with weights, behind ReLU and pooling; the last "
                        + "layer's are taken as 100",
                "counted%: meetings of a non-zero weight and a non-zero input, black pixels of the image left out"));
        if (!tables.isEmpty()) {
            notes.add(String.format(
                    java.util.Locale.ROOT,
                    "%s, total Act%%: %.1f with every value counted once (Table 2's rule), %.1f with every layer counted once "
                            + "(Table 3's rule)",
                    recipe.network(),
                    100 * mean(table -> table.activityOverUnits().orElseThrow()),
                    100 * mean(table -> table.activityOverLayers().orElseThrow())));
            notes.add(recipe.network() + ", kept: " + tables.getFirst().kept());
        }
        HanResults.reduction(recipe).ifPresent(notes::add);
        String caption = study.paper() + ", " + study.place() + ": " + recipe.network() + " on " + setting.words()
                + ", " + HanResults.seeds(setting);
        String name = study.name().substring("han-".length()) + (recipe.isLinearConv() ? "-linear-conv" : "");
        Table table = new Table(name, caption, COLUMNS, rows);
        return new Exhibit(List.of(table), List.of(), notes, seeds.prunedGaps(), results());
    }

    private List<Cell> layer(int index, LayerCount count) {
        HanPaper.Line line = paper.get(index);
        List<Cell> row = begin(line, count);
        if (tables.isEmpty()) {
            return gap(row, line);
        }
        row.add(Cell.number(line.activation(), 0, ""));
        row.add(percent(spread(table -> table.rows().get(index).activity().orElseThrow())));
        row.add(Cell.number(line.kept(), 0, ""));
        row.add(Cell.number(100 * tables.getFirst().rows().get(index).kept().density(), 2, ""));
        row.add(Cell.count(tables.getFirst().rows().get(index).kept().kept()));
        row.add(Cell.number(line.flopShare(), 0, ""));
        row.add(percent(spread(table -> table.rows().get(index).flopShare().orElseThrow())));
        row.add(percent(overRuns(result -> result.layers().get(index).pairShare())));
        return row;
    }

    private List<Cell> total(LayerCount count) {
        HanPaper.Line line = paper.getLast();
        List<Cell> row = begin(line, count);
        if (tables.isEmpty()) {
            return gap(row, line);
        }
        row.add(Cell.number(line.activation(), 0, ""));
        row.add(percent(spread(table -> table.activityOverUnits().orElseThrow())));
        row.add(Cell.number(line.kept(), 0, ""));
        row.add(Cell.number(100 * tables.getFirst().kept().density(), 2, ""));
        row.add(Cell.count(tables.getFirst().kept().kept()));
        row.add(Cell.number(line.flopShare(), 0, ""));
        row.add(percent(spread(table -> table.flopShare().orElseThrow())));
        row.add(percent(overRuns(HanLayers::pairShare)));
        return row;
    }

    private static List<Cell> begin(HanPaper.Line line, LayerCount count) {
        return new ArrayList<>(List.of(
                Cell.of(line.layer()),
                Cell.of(line.weights()),
                Cell.count(count.weights()),
                Cell.of(line.flop()),
                Cell.count(2 * count.macs())));
    }

    private static List<Cell> gap(List<Cell> row, HanPaper.Line line) {
        row.addAll(List.of(
                Cell.number(line.activation(), 0, ""),
                Cell.GAP,
                Cell.number(line.kept(), 0, ""),
                Cell.GAP,
                Cell.GAP,
                Cell.number(line.flopShare(), 0, ""),
                Cell.GAP,
                Cell.GAP));
        return row;
    }

    /** The network's pairs as a share of the dense network's multiplications. */
    private static double pairShare(RunResult result) {
        long pairs = result.layers().stream().mapToLong(LayerWork::pairs).sum();
        double all = result.layers().stream()
                .mapToDouble(layer -> (double) layer.macs() * layer.images())
                .sum();
        return pairs / all;
    }

    private Spread spread(ToDoubleFunction<LayerTable> value) {
        return Spread.of(tables.stream().map(value::applyAsDouble).toList());
    }

    private double mean(ToDoubleFunction<LayerTable> value) {
        return spread(value).mean();
    }

    private Spread overRuns(ToDoubleFunction<RunResult> value) {
        return Spread.of(seeds.pruned().stream()
                .map(run -> value.applyAsDouble(run.result()))
                .toList());
    }

    private static Cell percent(Spread share) {
        return Cell.spread(share.times(100), 2, "");
    }

    private List<ResultRow> results() {
        List<ResultRow> rows = new ArrayList<>();
        for (FinishedRun run : seeds.pruned()) {
            LayerTable table = table(run.result());
            for (int i = 0; i < table.rows().size(); i++) {
                LayerTable.Row layer = table.rows().get(i);
                LayerWork work = run.result().layers().get(i);
                rows.add(row(run, "weights", layer.layer(), layer.kept().total()));
                rows.add(row(run, "flop", layer.layer(), layer.flops()));
                rows.add(row(run, "kept", layer.layer(), layer.kept().kept()));
                rows.add(row(run, "activation_percent", layer.layer(), 100 * layer.activity().orElseThrow()));
                rows.add(row(run, "flop_percent", layer.layer(), 100 * layer.flopShare().orElseThrow()));
                rows.add(row(run, "counted_percent", layer.layer(), 100 * work.pairShare()));
            }
            rows.add(row(run, "kept", "total", table.kept().kept()));
            rows.add(
                    row(run, "activation_percent_over_values", "total", 100 * table.activityOverUnits().orElseThrow()));
            rows.add(row(run, "activation_percent_over_layers", "total",
                    100 * table.activityOverLayers().orElseThrow()));
            rows.add(row(run, "flop_percent", "total", 100 * table.flopShare().orElseThrow()));
            rows.add(row(run, "counted_percent", "total", 100 * pairShare(run.result())));
        }
        return rows;
    }

    private ResultRow row(FinishedRun run, String metric, String layer, double value) {
        return HanResults.row(study, recipe, setting, run, "magnitude", "iterative", metric + ":" + layer, value);
    }
}
