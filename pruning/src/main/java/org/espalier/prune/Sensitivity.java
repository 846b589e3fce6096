package org.espalier.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
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
 *
 * <p>Each point writes its masked weights once and evaluates them as they will be stored, so that its value is the one that
 * pruning gives, to the bit. To try the mask in every product ({@link org.espalier.tensor.sparse.TriedMask}) would save that
 * writing, some 3 % of a point of LeNet-300-100 on 5,000 images, and cost more in the products of all points that keep 30 % or
 * more.
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

    /** {@link #scan(Model, List, ToDoubleFunction, List, Consumer)} from the beginning. */
    public static List<Point> scan(Model model, List<Double> shares, ToDoubleFunction<Model> evaluate) {
        return scan(model, shares, evaluate, List.of(), _ -> {});
    }

    /**
     * Prunes each layer alone to each share and evaluates, or goes on with that where an earlier scan was cut off. Works on
     * copies; the model stays as it is. The evaluation is not repeated where nothing goes.
     *
     * @param shares kept shares in 0..1
     * @param evaluate an accuracy, say; the copy it is given is closed afterwards
     * @param before the first points of this very scan, found earlier: they are taken over
     * @param found hears each further point as soon as it is there
     * @return layer by layer in the network's order, each in the order of {@code shares}
     * @throws IllegalArgumentException if {@code before} is not how this scan begins
     */
    public static List<Point> scan(
            Model model,
            List<Double> shares,
            ToDoubleFunction<Model> evaluate,
            List<Point> before,
            Consumer<Point> found) {
        List<Point> points = new ArrayList<>();
        OptionalDouble untouched = OptionalDouble.empty();
        for (PruningReport.Layer layer : layers(model)) {
            for (double share : shares) {
                Point point;
                if (points.size() < before.size()) {
                    point = before.get(points.size());
                    requireSame(point, layer.name(), share);
                } else {
                    point = point(model, layer, share, evaluate, untouched);
                    found.accept(point);
                }
                points.add(point);
                if (point.kept().equals(layer.before())) {
                    untouched = OptionalDouble.of(point.value());
                }
            }
        }
        if (points.size() < before.size()) {
            throw new IllegalArgumentException(
                    "a scan of " + points.size() + " points can't go on after " + before.size());
        }
        return points;
    }

    private static void requireSame(Point before, String layer, double share) {
        if (!before.layer().equals(layer) || before.keptShare() != share) {
            throw new IllegalArgumentException("the scan has layer '" + layer + "' with the share " + share
                    + " where the earlier one had '" + before.layer() + "' with " + before.keptShare());
        }
    }

    /** @param untouched what the evaluation says of the model as it is, if that is known */
    private static Point point(
            Model model,
            PruningReport.Layer layer,
            double share,
            ToDoubleFunction<Model> evaluate,
            OptionalDouble untouched) {
        try (Model copy = model.copy()) {
            Sparsity kept = prune(copy, layer.name(), share).after();
            boolean known = kept.equals(layer.before()) && untouched.isPresent();
            double value = known ? untouched.getAsDouble() : evaluate.applyAsDouble(copy);
            return new Point(layer.name(), share, kept, value);
        }
    }

    /** The layers with weights as pruning knows them, before anything goes. */
    private static List<PruningReport.Layer> layers(Model model) {
        try (Model copy = model.copy()) {
            return new Pruner(alone(new TreeMap<>())).prune(copy, 1).layers();
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
