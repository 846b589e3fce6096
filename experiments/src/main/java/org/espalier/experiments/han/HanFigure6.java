package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.SensitivityPoint;
import org.espalier.experiments.engine.SensitivityRun;
import org.espalier.experiments.picture.Charts;
import org.espalier.experiments.picture.Gallery;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.study.Table;
import org.espalier.prune.Sensitivity;

/**
 * Figure 6, for the LeNets and on CIFAR-10 for a small AlexNet: how the accuracy changes when one layer alone is pruned and nothing is retrained. The paper
 * shows AlexNet, whose first convolution suffers most and whose fully connected layers least.
 */
public final class HanFigure6 implements Study {
    /** Where the picture ends below, in points, as the paper's. */
    private static final double LOWEST = -20;

    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanFigure6(), args);
    }

    @Override
    public String name() {
        return "han-figure6";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Figure 6";
    }

    @Override
    public String title() {
        return "sensitivity of each layer to pruning without retraining";
    }

    /** The first seed's. */
    @Override
    public List<Experiment> experiments(Setting setting) {
        return recipes(setting).<Experiment>map(recipe -> run(recipe, setting)).toList();
    }

    private static Stream<HanRecipe> recipes(Setting setting) {
        return HanRuns.recipes(setting).stream();
    }

    private static SensitivityRun run(HanRecipe recipe, Setting setting) {
        return new SensitivityRun(
                HanRuns.dense(recipe, setting, setting.seeds().getFirst()), Sensitivity.TENTHS);
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        List<Table> tables = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        List<ResultRow> results = new ArrayList<>();
        Gallery gallery = new Gallery();
        recipes(setting).forEach(recipe -> {
            SensitivityRun run = run(recipe, setting);
            Optional<List<SensitivityPoint>> points = runs.sensitivity(run);
            if (points.isEmpty()) {
                gaps.add(runs.gap(run));
                return;
            }
            double dense = runs.find(run).orElseThrow().result().test().top1();
            Map<String, List<SensitivityPoint>> layers = points.get().stream()
                    .collect(Collectors.groupingBy(SensitivityPoint::layer, LinkedHashMap::new, Collectors.toList()));
            String of =
                    recipe.network() + " on " + setting.words() + ", seed "
                            + run.dense().seed();
            tables.add(table(of, recipe, layers, dense));
            gallery.add(recipe.network(), of + ": change of accuracy when one layer is pruned", () -> Charts.lines(
                    of, "share of the layer's weights kept", "change of accuracy, points", LOWEST,
                    curves(layers, dense)));
            notes.add(order(recipe, layers, dense));
            notes.addAll(HanResults.remarks(recipe, setting));
            layers.values()
                    .forEach(line -> line.forEach(point -> results.add(result(recipe, setting, run, point, dense))));
        });
        notes.addAll(gallery.notes());
        return new Exhibit(tables, gallery.pictures(), notes, gaps, results);
    }

    private Table table(String of, HanRecipe recipe, Map<String, List<SensitivityPoint>> layers, double dense) {
        List<String> columns = new ArrayList<>(List.of("kept share"));
        columns.addAll(layers.keySet());
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < Sensitivity.TENTHS.size(); i++) {
            List<Cell> row = new ArrayList<>(List.of(Cell.number(Sensitivity.TENTHS.get(i), 1, "")));
            for (List<SensitivityPoint> line : layers.values()) {
                row.add(Cell.difference(change(line.get(i), dense), 2));
            }
            rows.add(row);
        }
        return new Table(
                recipe.network(), paper() + ", " + place() + ": " + of + "; change of accuracy in points", columns,
                rows);
    }

    /** In points of per cent. */
    private static double change(SensitivityPoint point, double dense) {
        return 100 * (point.testAccuracy() - dense);
    }

    private static List<Charts.Curve> curves(Map<String, List<SensitivityPoint>> layers, double dense) {
        return layers.entrySet().stream()
                .map(layer -> new Charts.Curve(
                        layer.getKey(),
                        layer.getValue().stream().map(SensitivityPoint::keptShare).toList(),
                        layer.getValue().stream().map(point -> change(point, dense)).toList()))
                .toList();
    }

    /** The layers from the most to the least sensitive, by the mean loss where something but not all is kept. */
    private static String order(HanRecipe recipe, Map<String, List<SensitivityPoint>> layers, double dense) {
        record Loss(String layer, double points) {}
        return recipe.network() + ", most sensitive first (mean change over shares 0.1 to 0.9): "
                + layers.entrySet().stream()
                        .map(layer -> new Loss(
                                layer.getKey(),
                                layer.getValue().stream()
                                        .filter(point -> point.kept() > 0 && point.kept() < point.weights())
                                        .mapToDouble(point -> change(point, dense))
                                        .average()
                                        .orElse(0)))
                        .sorted(Comparator.comparingDouble(Loss::points))
                        .map(loss -> String.format(Locale.ROOT, "%s %+.2f", loss.layer(), loss.points()))
                        .collect(Collectors.joining(", "));
    }

    private ResultRow result(
            HanRecipe recipe, Setting setting, SensitivityRun run, SensitivityPoint point, double dense) {
        return new ResultRow(
                paper(),
                name(),
                recipe.network(),
                setting.data(),
                "magnitude",
                HanResults.mode("one layer, no retraining", setting, run),
                1 / point.keptShare(),
                (double) point.weights() / point.kept(),
                Double.NaN,
                run.dense().seed(),
                "accuracy_change_points:" + point.layer(),
                change(point, dense),
                HanResults.reduced(recipe));
    }
}
