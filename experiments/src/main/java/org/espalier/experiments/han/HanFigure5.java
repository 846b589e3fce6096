package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.TrainingCurve;
import org.espalier.experiments.picture.Charts;
import org.espalier.experiments.picture.Gallery;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.study.Table;

/**
 * Figure 5: what removing weights costs, for LeNet-300-100 and LeNet-5: with L1 and L2, with and without retraining, and
 * iteratively. Each curve is the change against the dense network that was pruned. The paper shows AlexNet.
 */
public final class HanFigure5 implements Study {
    /** Where the picture ends below, in points, as the paper's. */
    private static final double LOWEST = -5;

    /** From this share on curves are compared. */
    private static final double COMPARED_FROM = 0.8;

    /** Parts of a point that tell errors apart: far below one image of any set. */
    private static final double FINE = 1e9;

    /** Points that the luck of the draw alone makes of an error of 1 per cent, counted on 10,000 images. */
    private static final double NOISE = 0.1;

    private static final String PAPERS = "AlexNet, iterative (paper)";

    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanFigure5(), args);
    }

    @Override
    public String name() {
        return "han-figure5";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Figure 5";
    }

    @Override
    public String title() {
        return "accuracy against the share of weights removed, with L1 and L2, with and without retraining";
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return recipes(setting)
                .flatMap(recipe -> setting.seeds().stream().map(seed -> new HanRemoval(recipe, setting, seed)))
                .flatMap(removal -> removal.experiments().stream())
                .toList();
    }

    private static Stream<HanRecipe> recipes(Setting setting) {
        return HanRuns.lenets(setting).stream();
    }

    /**
     * A point of a curve.
     *
     * @param kept weights left
     * @param weights all weights
     * @param change of accuracy, in points
     */
    record Point(double removed, long kept, long weights, double change, long seed) {}

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        List<Table> tables = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        List<ResultRow> results = new ArrayList<>();
        Gallery gallery = new Gallery();
        recipes(setting).forEach(recipe -> {
            Map<HanRemoval.Curve, List<Point>> points = points(recipe, setting, runs, gaps);
            if (points.isEmpty()) {
                return;
            }
            String of = recipe.network() + " on " + setting.words() + ", " + HanResults.seeds(setting);
            Map<String, Map<Double, Double>> curves = curves(points);
            tables.add(table(of, recipe, curves));
            gallery.add(recipe.network(), of + ": change of accuracy when weights are removed; the paper's curve is of "
                    + "AlexNet and top-5",
                    () -> Charts.fallingLines(of, "share of weights removed",
                            "change of accuracy, points", LOWEST, lines(curves)));
            order(recipe, points).ifPresent(notes::add);
            free(recipe, points).ifPresent(notes::add);
            HanRemoval first = new HanRemoval(recipe, setting, setting.seeds().getFirst());
            notes.add(recipe.network() + ", retrained at " + first.retrainShare()
                    + " of the rate that it was trained at; the paper: 0.1");
            String reduction = first.reduction();
            if (!reduction.isEmpty()) {
                notes.add(recipe.network() + ", reduced: " + reduction);
            }
            points.forEach((curve, line) -> line
                    .forEach(point -> results.add(result(recipe, setting, curve, point))));
        });
        notes.addAll(gallery.notes());
        return new Exhibit(tables, gallery.pictures(), notes, gaps, results);
    }

    /** Of the curves whose runs are finished. */
    private static Map<HanRemoval.Curve, List<Point>> points(
            HanRecipe recipe, Setting setting, FinishedRuns runs, List<String> gaps) {
        Map<HanRemoval.Curve, List<Point>> points = new EnumMap<>(HanRemoval.Curve.class);
        for (long seed : setting.seeds()) {
            HanRemoval removal = new HanRemoval(recipe, setting, seed);
            removal.experiments().stream()
                    .filter(run -> runs.find(run).isEmpty())
                    .forEach(run -> gaps.add(runs.gap(run)));
            for (HanRemoval.Curve curve : HanRemoval.Curve.values()) {
                Optional<FinishedRun> dense = runs.find(removal.dense(curve.isL1()));
                Optional<TrainingCurve> went = runs.curve(removal.run(curve));
                if (dense.isPresent() && went.isPresent()) {
                    points.computeIfAbsent(curve, _ -> new ArrayList<>())
                            .addAll(points(curve, dense.get(), went.get(), seed));
                }
            }
        }
        return points;
    }

    private static List<Point> points(HanRemoval.Curve curve, FinishedRun dense, TrainingCurve went, long seed) {
        List<Double> errors = curve.isPlain()
                ? went.prunes().stream().map(TrainingCurve.Prune::testError).toList()
                : went.stepErrors();
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < errors.size(); i++) {
            TrainingCurve.Prune prune = went.prunes().get(i);
            points.add(new Point(curve.removed().get(i), prune.kept(), prune.weights(),
                    difference(dense.result().test().errorPercent(), errors.get(i)), seed));
        }
        return points;
    }

    /** Of errors that are counts over counts, so that equal ones differ by 0 and not by what doubles make of it. */
    private static double difference(double before, double after) {
        return Math.rint((before - after) * FINE) / FINE + 0.0;
    }

    /** The mean over seeds by the share removed, and the paper's curve. */
    private static Map<String, Map<Double, Double>> curves(Map<HanRemoval.Curve, List<Point>> points) {
        Map<String, Map<Double, Double>> curves = new java.util.LinkedHashMap<>();
        points.forEach((curve, line) -> curves.put(curve.label(), means(line)));
        curves.put(PAPERS, HanPaper.FIGURE_5_ITERATIVE.stream()
                .collect(Collectors.toMap(HanPaper.Removal::removed, HanPaper.Removal::change, (_, b) -> b,
                        TreeMap::new)));
        return curves;
    }

    private static Map<Double, Double> means(List<Point> line) {
        return line.stream()
                .collect(Collectors.groupingBy(
                        Point::removed, TreeMap::new, Collectors.averagingDouble(Point::change)));
    }

    private Table table(String of, HanRecipe recipe, Map<String, Map<Double, Double>> curves) {
        List<String> columns = new ArrayList<>(List.of("removed", "compression"));
        columns.addAll(curves.keySet());
        List<List<Cell>> rows = curves.values().stream()
                .flatMap(line -> line.keySet().stream())
                .distinct()
                .sorted()
                .map(removed -> {
                    List<Cell> row = new ArrayList<>(List.of(
                            Cell.number(100 * removed, 1, " %"), Cell.number(1 / (1 - removed), 2, "x")));
                    for (Map<Double, Double> line : curves.values()) {
                        row.add(line.containsKey(removed)
                                ? Cell.difference(line.getOrDefault(removed, Double.NaN), 2)
                                : Cell.EMPTY);
                    }
                    return row;
                })
                .toList();
        return new Table(recipe.network(),
                paper() + ", " + place() + ": " + of + "; change of accuracy in points (the paper's: top-5)", columns,
                rows);
    }

    private static List<Charts.Curve> lines(Map<String, Map<Double, Double>> curves) {
        return curves.entrySet().stream()
                .map(curve -> new Charts.Curve(curve.getKey(), List.copyOf(curve.getValue().keySet()),
                        List.copyOf(curve.getValue().values())))
                .toList();
    }

    /**
     * Whether the curves stand in the paper's order, by their means where much is removed. As in the paper's picture, what
     * lies deeper than it is all the same.
     */
    private static Optional<String> order(HanRecipe recipe, Map<HanRemoval.Curve, List<Point>> points) {
        if (points.size() < HanRemoval.Curve.values().length) {
            return Optional.empty();
        }
        Map<HanRemoval.Curve, Double> means = new EnumMap<>(HanRemoval.Curve.class);
        points.forEach((curve, line) -> means.put(curve, line.stream()
                .filter(point -> point.removed() >= COMPARED_FROM)
                .mapToDouble(point -> Math.max(LOWEST, point.change()))
                .average()
                .orElse(0)));
        List<Map.Entry<HanRemoval.Curve, Double>> sorted =
                means.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())).toList();
        boolean asThePaper = true;
        for (int i = 1; i < sorted.size(); i++) {
            asThePaper &= sorted.get(i - 1).getKey().compareTo(sorted.get(i).getKey()) > 0;
        }
        return Optional.of(recipe.network() + ", best first (mean change from 80 % removed on, none below -5): "
                + sorted.stream()
                        .map(entry -> String.format(Locale.ROOT, "%s %+.2f", entry.getKey().label(), entry.getValue()))
                        .collect(Collectors.joining("; "))
                + "; the paper's order " + (asThePaper ? "holds" : "does not hold"));
    }

    /** Up to which compression the iterative curve loses nothing, and nothing beyond noise. */
    private static Optional<String> free(HanRecipe recipe, Map<HanRemoval.Curve, List<Point>> points) {
        List<Point> line = points.getOrDefault(HanRemoval.Curve.L2_ITERATIVE, List.of());
        if (line.isEmpty()) {
            return Optional.empty();
        }
        Map<Double, Double> means = means(line);
        return Optional.of(String.format(Locale.ROOT,
                "%s, iterative L2: nothing is lost up to %s, at most %.1f points up to %s; the paper's AlexNet: 9x",
                recipe.network(), upTo(means, 0), NOISE, upTo(means, -NOISE)));
    }

    /** The largest compression before the first point that lies below a change. */
    private static String upTo(Map<Double, Double> means, double least) {
        double removed = means.entrySet().stream()
                .takeWhile(point -> point.getValue() >= least)
                .mapToDouble(Map.Entry::getKey)
                .max()
                .orElse(0);
        return String.format(Locale.ROOT, "%.1fx", 1 / (1 - removed));
    }

    private ResultRow result(HanRecipe recipe, Setting setting, HanRemoval.Curve curve, Point point) {
        HanRemoval removal = new HanRemoval(recipe, setting, point.seed());
        return new ResultRow(paper(), name(), recipe.network(), setting.data(), "magnitude",
                HanResults.mode(curve.label(), setting, removal.run(curve)), 1 / (1 - point.removed()),
                (double) point.weights() / point.kept(), Double.NaN, point.seed(), "accuracy_change_points",
                point.change(), HanResults.reduced(removal.reduction()));
    }
}
