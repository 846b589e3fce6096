package org.espalier.prune.budget;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.espalier.prune.allocate.KeepFractions;

/**
 * Finds how far all layers together can be pruned within an accuracy budget.
 *
 * <p>The layers' curves are measured one at a time and without retraining, so they say which layer can lose more than which,
 * and not what all lose together: layers pruned at once add up, and retraining gives most of it back. So one number is left
 * open, the loss that each layer alone may have (its <em>tolerance</em>), and found by trial:
 * <ol>
 * <li>A tolerance t gives each layer the smallest share whose loss alone is at most t. The most sensitive layer keeps most,
 *     as the paper wants it. With t grow all layers' losses, so what the network keeps falls as t grows.
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
    private static final int HALVINGS = 60;

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
     * What is to be tried.
     *
     * @param tolerance that each layer may lose alone
     * @param shares that it gives
     */
    public record Trial(double tolerance, KeepFractions shares) {}

    /**
     * What came of a trial.
     *
     * @param loss of all layers together
     */
    public record Outcome(Trial trial, double loss) {}

    /** Whether so much may be lost. */
    public boolean allows(double loss) {
        return loss <= budget + SLACK;
    }

    /**
     * What to try next; nothing if the trials are used up or the interval is.
     *
     * @param before what came of all trials so far
     */
    public Optional<Trial> next(List<Outcome> before) {
        if (before.size() >= trials) {
            return Optional.empty();
        }
        long least = curves.kept(curves.shares(curves.largestLoss())).kept();
        long most = curves.kept(new KeepFractions(new java.util.TreeMap<>())).total();
        double lower = least;
        double upper = most;
        for (Outcome outcome : before) {
            long kept = kept(outcome.trial());
            if (allows(outcome.loss())) {
                upper = Math.min(upper, kept);
            } else {
                lower = Math.max(lower, kept);
            }
        }
        Trial trial = keeping(Math.sqrt(lower * upper));
        boolean tried = before.stream().anyMatch(outcome -> kept(outcome.trial()) == kept(trial));
        return tried || kept(trial) >= most ? Optional.empty() : Optional.of(trial);
    }

    /** The smallest tolerance with which no more than that is kept. */
    private Trial keeping(double wanted) {
        double few = 0;
        double many = curves.largestLoss();
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (few + many) / 2;
            if (curves.kept(curves.shares(middle)).kept() > wanted) {
                few = middle;
            } else {
                many = middle;
            }
        }
        return new Trial(many, curves.shares(many));
    }

    private long kept(Trial trial) {
        return curves.kept(trial.shares()).kept();
    }

    /** The trial within the budget that keeps least, if there is one. */
    public Optional<Outcome> best(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> allows(outcome.loss()))
                .min(Comparator.comparingLong(outcome -> kept(outcome.trial())));
    }
}
