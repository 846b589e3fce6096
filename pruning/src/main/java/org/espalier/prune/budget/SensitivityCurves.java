package org.espalier.prune.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.espalier.prune.Sensitivity;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.sparsity.Sparsity;

/**
 * For each layer the accuracy that is lost when it alone is pruned to a share, made monotone: at a share counts the most
 * that was lost there or at any larger share, so that a lucky measurement behind a bad one opens no door.
 *
 * @param layers in the network's order
 */
public record SensitivityCurves(List<Layer> layers) {
    /** Shares to scan at: dense where trained layers begin to suffer. The last one is the least that a layer is left. */
    public static final List<Double> SHARES =
            List.of(1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.12, 0.1,
                    0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01);

    /** Shares are rounded up to so many parts of 1, so that they can be written down and asked for again. */
    private static final double PARTS = 10_000;

    /** A share that rounding errors left just above such a part is that part. */
    private static final double SLACK = 1e-6;

    /**
     * A layer's curve.
     *
     * @param name the layer
     * @param weights that it has
     * @param points from all kept to the least
     */
    public record Layer(String name, long weights, List<Loss> points) {
        public Layer {
            points = List.copyOf(points);
        }

        /** What is lost at a share, on straight lines between the points. */
        public double loss(double share) {
            Loss before = points.getFirst();
            for (Loss point : points) {
                if (point.share() <= share) {
                    double way = before.share() == point.share()
                            ? 1
                            : (before.share() - share) / (before.share() - point.share());
                    return before.loss() + way * (point.loss() - before.loss());
                }
                before = point;
            }
            return before.loss();
        }
    }

    /**
     * A point of a curve.
     *
     * @param share of weights kept
     * @param loss of accuracy there or at any larger share, at least 0
     */
    public record Loss(double share, double loss) {}

    public SensitivityCurves {
        layers = List.copyOf(layers);
    }

    /**
     * From a scan's points.
     *
     * @param points of each layer from the share 1 down, the last share positive
     * @throws IllegalArgumentException if a layer's points begin with another share than 1, do not fall, or end with 0
     */
    public static SensitivityCurves of(List<Sensitivity.Point> points) {
        Map<String, List<Sensitivity.Point>> byLayer = new LinkedHashMap<>();
        points.forEach(point -> byLayer.computeIfAbsent(point.layer(), _ -> new ArrayList<>()).add(point));
        return new SensitivityCurves(byLayer.values().stream().map(SensitivityCurves::layer).toList());
    }

    private static Layer layer(List<Sensitivity.Point> points) {
        Sensitivity.Point whole = points.getFirst();
        List<Loss> losses = new ArrayList<>(List.of(new Loss(1, 0)));
        for (Sensitivity.Point point : points.subList(1, points.size())) {
            Loss last = losses.getLast();
            if (!(point.keptShare() < last.share() && point.keptShare() > 0)) {
                throw new IllegalArgumentException(
                        "the curve of layer '" + point.layer() + "' wants shares that fall to "
                                + "one above 0, got " + point.keptShare() + " after " + last.share());
            }
            losses.add(new Loss(point.keptShare(), Math.max(last.loss(), whole.value() - point.value())));
        }
        if (whole.keptShare() != 1) {
            throw new IllegalArgumentException("the curve of layer '" + whole.layer() + "' begins with the share "
                    + whole.keptShare() + " instead of 1");
        }
        return new Layer(whole.layer(), whole.kept().total(), losses);
    }

    /**
     * The shares that leave about so many weights and lose least, as far as what layers lose alone adds up: of all layers'
     * stretches the cheapest go first, until enough is gone.
     *
     * @param wanted weights that are left; the least that the curves reach if it is less than that
     */
    public KeepFractions keeping(double wanted) {
        double[] shares = new double[layers.size()];
        Arrays.fill(shares, 1);
        double over = layers.stream().mapToLong(Layer::weights).sum() - wanted;
        List<Stretch> all = IntStream.range(0, layers.size())
                .mapToObj(i -> stretches(i, layers.get(i)))
                .flatMap(List::stream)
                .sorted(Comparator.comparingDouble(Stretch::price))
                .toList();
        for (Stretch stretch : all) {
            if (over <= 0) {
                break;
            }
            double part = Math.min(1, over / stretch.weights());
            over -= part * stretch.weights();
            shares[stretch.layer()] = rounded(stretch.from() - part * (stretch.from() - stretch.to()));
        }
        SortedMap<String, Double> byLayer = new TreeMap<>();
        for (int i = 0; i < shares.length; i++) {
            byLayer.put(layers.get(i).name(), shares[i]);
        }
        return new KeepFractions(byLayer);
    }

    private static double rounded(double share) {
        return Math.ceil(share * PARTS - SLACK) / PARTS;
    }

    /** Weights that shares leave. */
    public Sparsity kept(KeepFractions shares) {
        Collection<Sparsity> parts = layers.stream()
                .map(layer -> Sparsity.ofKeptShare(shares.shares().getOrDefault(layer.name(), 1.0), layer.weights()))
                .toList();
        return Sparsity.sum(parts);
    }

    /**
     * A stretch of a layer's curve, all of whose weights cost the same.
     *
     * @param layer its number
     * @param from share at its beginning
     * @param to share at its end, smaller
     * @param weights between the two
     * @param loss between the two
     */
    private record Stretch(int layer, double from, double to, double weights, double loss) {
        /** Loss for each weight that goes. */
        double price() {
            return loss / weights;
        }
    }

    /** The stretches of a layer's curve, ever dearer: its lower convex hull. */
    private static List<Stretch> stretches(int number, Layer layer) {
        List<Stretch> stretches = new ArrayList<>();
        Loss before = layer.points().getFirst();
        for (Loss point : layer.points().subList(1, layer.points().size())) {
            Stretch next = stretch(number, layer, before, point);
            while (!stretches.isEmpty() && stretches.getLast().price() >= next.price()) {
                Stretch dearer = stretches.removeLast();
                next = new Stretch(number, dearer.from(), next.to(), dearer.weights() + next.weights(),
                        dearer.loss() + next.loss());
            }
            stretches.add(next);
            before = point;
        }
        return stretches;
    }

    private static Stretch stretch(int number, Layer layer, Loss from, Loss to) {
        return new Stretch(number, from.share(), to.share(), (from.share() - to.share()) * layer.weights(),
                to.loss() - from.loss());
    }
}
