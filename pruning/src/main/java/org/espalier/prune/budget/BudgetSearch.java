package org.espalier.prune.budget;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.sparsity.Sparsity;

/**
 * Finds how far all layers together can be pruned within an accuracy budget.
 *
 * <p>The layers' curves are measured one at a time and without retraining, so they say which layer can lose more than which,
 * and not what all lose together: layers pruned at once add up, and retraining gives most of it back. So one number is left
 * open, how many weights the network keeps, and found by trial:
 * <ol>
 * <li>What goes is taken where it costs least: weights of the layer whose accuracy falls least for each weight removed, by
 *     its curve, until so many are left ({@link SensitivityCurves#keeping}). So the budget is spent on layers of many
 *     weights, and small ones, which gain little, keep most, as in the paper's tables: 26 % of LeNet-300-100's fc3 beside
 *     8 % of its fc1, 66 % of LeNet-5's conv1. The paper itself says of the sensitive layers that they got the smallest
 *     thresholds, and gives no rule.
 * <li>A trial prunes all layers to these shares, retrains as wished, and measures. It is within the budget if no more than
 *     that is lost against the network as it was.
 * <li>Trials halve the interval of what is kept, on a logarithmic scale: between everything, which loses nothing, and the
 *     least that the curves reach. A trial within the budget is the new upper end, any other the lower one. After n trials
 *     the answer's kept count is known to a factor of (whole/least)^(2^-n), as far as losses grow while less is kept.
 * </ol>
 * The answer is the trial within the budget that keeps least: it was measured, not extrapolated. Measurements are noisy and
 * the least of several trials is chosen by them, so what is lost on new images may be a little more than the budget; that
 * is what a test set tells.
 *
 * @param curves of the layers
 * @param budget what may be lost, in the curves' unit, at least 0
 * @param trials at most, at least 1
 */
public record BudgetSearch(SensitivityCurves curves, double budget, int trials) {
    /** Accuracies are quotients: what should equal the budget may lie just above it. */
    private static final double SLACK = 1e-9;

    public BudgetSearch {
        if (!(budget >= 0 && budget < Double.POSITIVE_INFINITY) || trials < 1) {
            throw new IllegalArgumentException(
                    "a search wants a budget of at least 0 and at least 1 trial, got a budget of "
                            + budget + " and " + trials + " trials");
        }
    }

    /**
     * What came of a trial.
     *
     * @param shares that were tried
     * @param loss of all layers together
     */
    public record Outcome(KeepFractions shares, double loss) {}

    /** Whether so much may be lost. */
    public boolean allows(double loss) {
        return loss <= budget + SLACK;
    }

    /**
     * The shares to try next; nothing if the trials are used up or the interval is.
     *
     * @param before what came of all trials so far
     */
    public Optional<KeepFractions> next(List<Outcome> before) {
        if (before.size() >= trials) {
            return Optional.empty();
        }
        Sparsity least = curves.kept(curves.keeping(0));
        long most = least.total();
        double lower = least.kept();
        double upper = most;
        for (Outcome outcome : before) {
            long kept = kept(outcome.shares());
            if (allows(outcome.loss())) {
                upper = Math.min(upper, kept);
            } else {
                lower = Math.max(lower, kept);
            }
        }
        KeepFractions shares = curves.keeping(Math.sqrt(lower * upper));
        boolean tried = before.stream().anyMatch(outcome -> kept(outcome.shares()) == kept(shares));
        return tried || kept(shares) >= most ? Optional.empty() : Optional.of(shares);
    }

    private long kept(KeepFractions shares) {
        return curves.kept(shares).kept();
    }

    /** The trial within the budget that keeps least, if there is one. */
    public Optional<Outcome> best(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> allows(outcome.loss()))
                .min(Comparator.comparingLong(outcome -> kept(outcome.shares())));
    }
}
