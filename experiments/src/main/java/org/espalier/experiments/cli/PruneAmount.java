package org.espalier.experiments.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.prune.NamedMethod;
import org.espalier.prune.Wish;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.allocate.StdThreshold;
import org.espalier.prune.sparsity.Sparsity;
import picocli.CommandLine.Option;

/** How much is to go, and how it is shared out. */
final class PruneAmount {
    static final String BUDGET = "--max-accuracy-drop";

    private static final int HELD_BACK = 5000;

    @Option(names = "--method", paramLabel = "NAME", defaultValue = "han", description = "han, global-magnitude or uniform-magnitude; default: han")
    private String method = "han";

    @Option(names = "--keep", paramLabel = "LAYER=SHARE,...", description = "the share of its weights that each layer keeps in the end; layers not named keep all")
    private Optional<String> keep = Optional.empty();

    @Option(names = "--sparsity", paramLabel = "S", description = "the fraction of all weights that goes, such as 0.92; the method shares it out")
    private Optional<Double> sparsity = Optional.empty();

    @Option(names = "--compression", paramLabel = "C", description = "the same as all weights over those that are left, such as 12")
    private Optional<Double> compression = Optional.empty();

    @Option(names = "--quality", paramLabel = "Q", description = "what is below Q standard deviations of a layer's weights goes, at each step anew; or LAYER=Q,...")
    private Optional<String> quality = Optional.empty();

    @Option(names = BUDGET, paramLabel = "POINTS", description = "as much as costs at most so many points of accuracy (0.1, say) on training images that are held back; the layers' shares come from their sensitivity")
    private Optional<Double> budget = Optional.empty();

    @Option(names = "--hold-back", paramLabel = "N", description = "with " + BUDGET
            + ": the last N training images choose and are not trained on; default: 5000")
    private Optional<Integer> holdBack = Optional.empty();

    @Option(names = "--trials", paramLabel = "N", description = "with " + BUDGET
            + ": prunings that are tried at most; default: 8, without retraining 16")
    private Optional<Integer> trials = Optional.empty();

    /**
     * The method.
     *
     * @throws UsageException if there is none of that name
     */
    NamedMethod method() {
        return NamedMethod.named(method)
                .orElseThrow(() -> NearestName.unknown("method", method, NamedMethod.names()));
    }

    /**
     * What is wished for the network.
     *
     * @throws UsageException if that is nothing, more than one thing, or can't be
     */
    Wish wish(Network network) {
        requireOne();
        long weights = LayerCount.total("", LayerCount.of(network)).weights();
        if (keep.isPresent()) {
            KeepFractions shares = parsed("--keep", () -> KeepFractions.parse(keep.get()));
            requireLayers("--keep", network, shares.shares().keySet());
            return new Wish.Shares(shares);
        }
        if (quality.isPresent()) {
            StdThreshold threshold = threshold(quality.get());
            requireLayers("--quality", network, threshold.layers().keySet());
            return new Wish.Quality(threshold);
        }
        if (sparsity.isPresent()) {
            double removed = sparsity.get();
            if (!(removed >= 0 && removed < 1)) {
                throw new UsageException("--sparsity " + removed
                        + ": expected the fraction of weights that goes, from 0 to below 1, such as 0.92");
            }
            return new Wish.Whole(Sparsity.ofRemovedFraction(removed, weights).compression());
        }
        double times = compression.orElse(1.0);
        if (!(times >= 1 && times < Double.POSITIVE_INFINITY)) {
            throw new UsageException("--compression " + times
                    + ": expected all weights over those that are left, at least 1, such as 12");
        }
        return new Wish.Whole(times);
    }

    /** Whether thresholds are applied, each step anew, so that several steps take more than one. */
    boolean isByThreshold() {
        return quality.isPresent();
    }

    /**
     * Points that may be lost, if that is what is wished.
     *
     * @throws UsageException if it is one of several wishes, no number of points, or the method has no shares of layers
     */
    OptionalDouble budget() {
        if (budget.isEmpty()) {
            if (holdBack.isPresent() || trials.isPresent()) {
                throw new UsageException((holdBack.isPresent() ? "--hold-back" : "--trials") + ": only " + BUDGET
                        + " looks for something");
            }
            return OptionalDouble.empty();
        }
        requireOne();
        if (!(budget.get() >= 0 && budget.get() <= 100)) {
            throw new UsageException(
                    BUDGET + " " + budget.get() + ": expected points of accuracy from 0 to 100, such as 0.1");
        }
        if (method() != NamedMethod.HAN) {
            throw new UsageException(BUDGET + ": it finds a share for each layer, which method " + method
                    + " shares out by itself; --method han takes them");
        }
        return OptionalDouble.of(budget.get());
    }

    /**
     * How many training images are held back.
     *
     * @param all that there are
     * @throws UsageException if none is left to train on
     */
    int heldBack(int all) {
        int count = holdBack.orElse(HELD_BACK);
        if (count < 1 || count >= all) {
            throw new UsageException("--hold-back " + count + ": expected at least 1 and fewer than the " + all
                    + " training images that there are");
        }
        return count;
    }

    /**
     * How often is tried.
     *
     * @param usual unless something else is asked for
     * @throws UsageException if that is never
     */
    int trials(int usual) {
        int count = trials.orElse(usual);
        if (count < 1) {
            throw new UsageException("--trials " + count + ": expected at least 1");
        }
        return count;
    }

    private void requireOne() {
        List<String> given = new ArrayList<>();
        keep.ifPresent(_ -> given.add("--keep"));
        sparsity.ifPresent(_ -> given.add("--sparsity"));
        compression.ifPresent(_ -> given.add("--compression"));
        quality.ifPresent(_ -> given.add("--quality"));
        budget.ifPresent(_ -> given.add(BUDGET));
        if (given.size() != 1) {
            throw new UsageException("how much is to go is said "
                    + (given.isEmpty() ? "nowhere" : "by " + String.join(" and ", given))
                    + "; one of --keep, --sparsity, --compression, --quality and " + BUDGET + " says it");
        }
    }

    private static StdThreshold threshold(String text) {
        StdThreshold threshold = parsed("--quality", () -> text.contains("=")
                ? StdThreshold.parse(text)
                : new StdThreshold(number(text)));
        boolean finite = Double.isFinite(threshold.q())
                && threshold.layers().values().stream().allMatch(q -> Double.isFinite(q));
        if (!finite) {
            throw new UsageException("--quality " + text + ": expected finite numbers of standard deviations");
        }
        return threshold;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException cause) {
            throw new IllegalArgumentException("expected a number or LAYER=NUMBER,..., got '" + text + "'", cause);
        }
    }

    private static <T> T parsed(String option, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (IllegalArgumentException cause) {
            throw new UsageException(option + ": " + cause.getMessage(), cause);
        }
    }

    private static void requireLayers(String option, Network network, Collection<String> named) {
        List<String> known = network.weightedNodes().stream().map(Node::name).toList();
        for (String layer : named) {
            if (!known.contains(layer)) {
                throw new UsageException(option + ": network " + network.name() + " has no layer '" + layer
                        + "' with weights; it has " + String.join(", ", known));
            }
        }
    }
}
