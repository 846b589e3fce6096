package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
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

    /** Where other shares than the paper's were asked for; it stands behind the paper's. */
    private static final String ASKED = "Weights% asked";

    private static final String BEFORE_ASKED = "Weights% paper";

    private final Study study;
    private final HanRecipe recipe;
    private final HanPaper.Layers paper;
    private final Setting setting;
    private final HanSeeds seeds;
    private final List<LayerTable> tables;
    private final Optional<SortedMap<String, Double>> asked;

    private HanLayers(Study study, HanRecipe recipe, HanPaper.Layers paper, Setting setting, HanSeeds seeds) {
        this.study = study;
        this.recipe = recipe;
        this.paper = paper;
        this.setting = setting;
        this.seeds = seeds;
        this.asked = setting.changes().keep(recipe.network()).isEmpty()
                ? Optional.empty()
                : Optional.of(HanResults.shares(HanRuns.method(recipe, setting)));
        this.tables = seeds.pruned().stream().map(run -> table(run.result())).toList();
    }

    /** A table for each recipe, all beside the same lines of the paper. */
    static Exhibit exhibit(
            Study study, List<HanRecipe> recipes, HanPaper.Layers paper, Setting setting, FinishedRuns runs) {
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
        rows.add(total(counts));
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
        notes.addAll(HanResults.remarks(recipe, setting));
        String caption = study.paper() + ", " + study.place() + ": " + recipe.network() + " on " + setting.words()
                + ", " + HanResults.seeds(setting);
        String name = study.name().substring("han-".length()) + (recipe.isLinearConv() ? "-linear-conv" : "");
        Table table = new Table(name, caption, columns(), rows);
        return new Exhibit(List.of(table), List.of(), notes, seeds.prunedGaps(), results());
    }

    /** What our runs say of a line; all of it is a gap where there are none. */
    private record Ours(Cell activity, Cell keptShare, Cell kept, Cell flopShare, Cell counted) {
        static final Ours MISSING = new Ours(Cell.GAP, Cell.GAP, Cell.GAP, Cell.GAP, Cell.GAP);
    }

    private List<Cell> layer(int index, LayerCount count) {
        OptionalDouble share = asked.map(shares -> OptionalDouble.of(shares.getOrDefault(count.name(), 1.0)))
                .orElse(OptionalDouble.empty());
        if (tables.isEmpty()) {
            return row(paper.lines().get(index), count, share, Ours.MISSING);
        }
        Sparsity kept = tables.getFirst().rows().get(index).kept();
        return row(paper.lines().get(index), count, share, new Ours(
                percent(spread(table -> table.rows().get(index).activity().orElseThrow())),
                Cell.number(100 * kept.density(), 2, ""),
                Cell.count(kept.kept()),
                percent(spread(table -> table.rows().get(index).flopShare().orElseThrow())),
                percent(overRuns(result -> result.layers().get(index).pairShare()))));
    }

    private List<Cell> total(List<LayerCount> counts) {
        LayerCount count = LayerCount.total("total", counts);
        OptionalDouble share = asked.map(shares -> OptionalDouble.of(counts.stream()
                .mapToDouble(layer -> shares.getOrDefault(layer.name(), 1.0) * layer.weights() / count.weights())
                .sum())).orElse(OptionalDouble.empty());
        if (tables.isEmpty()) {
            return row(paper.lines().getLast(), count, share, Ours.MISSING);
        }
        Sparsity kept = tables.getFirst().kept();
        return row(paper.lines().getLast(), count, share, new Ours(
                percent(spread(paper.totalActivity()::of)),
                Cell.number(100 * kept.density(), 2, ""),
                Cell.count(kept.kept()),
                percent(spread(table -> table.flopShare().orElseThrow())),
                percent(overRuns(HanLayers::pairShare))));
    }

    private static List<Cell> row(HanPaper.Line line, LayerCount count, OptionalDouble askedShare, Ours ours) {
        List<Cell> row = new ArrayList<>(List.of(
                Cell.of(line.layer()),
                Cell.of(line.weights()),
                Cell.count(count.weights()),
                Cell.of(line.flop()),
                Cell.count(2 * count.macs()),
                Cell.number(line.activation(), 0, ""),
                ours.activity,
                Cell.number(line.kept(), 0, "")));
        askedShare.ifPresent(share -> row.add(Cell.number(100 * share, 2, "")));
        row.addAll(List.of(
                ours.keptShare,
                ours.kept,
                Cell.number(line.flopShare(), 0, ""),
                ours.flopShare,
                ours.counted));
        return row;
    }

    private List<String> columns() {
        List<String> columns = new ArrayList<>(COLUMNS);
        asked.ifPresent(_ -> columns.add(columns.indexOf(BEFORE_ASKED) + 1, ASKED));
        return columns;
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
