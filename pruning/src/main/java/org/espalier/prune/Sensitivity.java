package org.espalier.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.espalier.nn.model.Model;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.schedule.OneShot;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Magnitude;
import org.espalier.prune.sparsity.Sparsity;

/**
 * How much a network suffers when one layer alone is pruned by magnitude and nothing is retrained (Han et al. 2015,
 * figure 6).
 */
public final class Sensitivity {
    /** 1.0, 0.9, ... 0.0. */
    public static final List<Double> TENTHS =
            IntStream.rangeClosed(0, 10).mapToObj(i -> (10 - i) / 10.0).toList();

    private Sensitivity() {}

    /**
     * One point of the curves.
     *
     * @param layer the layer that was pruned
     * @param keptShare the share of its weights that was asked for
     * @param kept what was left of it
     * @param value what the evaluation said
     */
    public record Point(String layer, double keptShare, Sparsity kept, double value) {}

    /** {@link #scan(Model, List, ToDoubleFunction)} in {@link #TENTHS}. */
    public static List<Point> scan(Model model, ToDoubleFunction<Model> evaluate) {
        return scan(model, TENTHS, evaluate);
    }

    /**
     * Prunes each layer alone to each share and evaluates. Works on copies; the model stays as it is. The evaluation is
     * not repeated where nothing goes.
     *
     * @param shares kept shares in 0..1
     * @param evaluate an accuracy, say; the copy it is given is closed afterwards
     * @return layer by layer in the network's order, each in the order of {@code shares}
     */
    public static List<Point> scan(Model model, List<Double> shares, ToDoubleFunction<Model> evaluate) {
        List<Point> points = new ArrayList<>();
        double untouched = Double.NaN;
        boolean evaluated = false;
        for (String layer : layers(model)) {
            for (double share : shares) {
                try (Model copy = model.copy()) {
                    PruningReport.Layer report = prune(copy, layer, share);
                    boolean unchanged = report.before().equals(report.after());
                    double value = unchanged && evaluated ? untouched : evaluate.applyAsDouble(copy);
                    if (unchanged) {
                        untouched = value;
                        evaluated = true;
                    }
                    points.add(new Point(layer, share, report.after(), value));
                }
            }
        }
        return points;
    }

    /** Names of the layers with weights as pruning knows them. */
    private static List<String> layers(Model model) {
        try (Model copy = model.copy()) {
            return new Pruner(alone(new TreeMap<>())).prune(copy, 1).layers().stream()
                    .map(PruningReport.Layer::name)
                    .toList();
        }
    }

    private static PruningReport.Layer prune(Model copy, String layer, double share) {
        TreeMap<String, Double> shares = new TreeMap<>();
        shares.put(layer, share);
        return new Pruner(alone(shares)).prune(copy, 1).layer(layer);
    }

    private static PruningMethod alone(TreeMap<String, Double> shares) {
        return new PruningMethod(
                new Magnitude(), Granularity.WEIGHT, new KeepFractions(shares), new OneShot(), When.AFTER_TRAINING);
    }
}
