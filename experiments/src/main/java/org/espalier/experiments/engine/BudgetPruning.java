package org.espalier.experiments.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.data.Dataset;
import org.espalier.experiments.run.RunFailedException;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.train.Evaluator;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.budget.BudgetSearch;
import org.espalier.prune.budget.SensitivityCurves;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.feed.BatchSource;

/**
 * Prunes weights from a file as far as an accuracy budget allows: a {@link FileSensitivityRun} gives the curves, and each
 * trial of a {@link BudgetSearch} is a {@link FilePrunedRun} of its own. All of them choose by the held-back images. What is
 * finished is not done again, so a search that was cut off goes on where it was.
 *
 * @param scan the layers' sensitivities, on the images that are held back
 * @param trial what each trial is, but for its shares
 * @param points of accuracy that may be lost on the held-back images, per cent
 * @param trials at most
 */
public record BudgetPruning(FileSensitivityRun scan, FilePrunedRun trial, double points, int trials) {
    private static final double PER_CENT = 100;

    /** So many deviations between two accuracies are no chance. */
    private static final double DEVIATIONS = 3;

    /** @throws IllegalArgumentException if the trials would train on what is held back, or on other weights */
    public BudgetPruning {
        if (!scan.data().equals(trial.data()) || !scan.weights().equals(trial.weights())) {
            throw new IllegalArgumentException("the scan is of weights " + scan.weights() + " and " + scan.data()
                    + ", the trials are of " + trial.weights() + " and " + trial.data());
        }
    }

    /**
     * What was found.
     *
     * @param run the trial that keeps least within the budget
     * @param curves of the layers, losses as shares of 1
     * @param outcomes of all trials
     * @param accuracy of the weights on the held-back images as they were
     */
    public record Found(FilePrunedRun run, SensitivityCurves curves, List<BudgetSearch.Outcome> outcomes,
            double accuracy) {
        public Found {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * Searches.
     *
     * @param told hears of the baseline and of each trial
     * @throws RunFailedException if no trial stays within the budget
     */
    public Found search(Runner runner, RunStore store, Dataset dataset, Backend backend, Consumer<String> told) {
        runner.complete(List.of(scan));
        FinishedRuns runs = new FinishedRuns(store);
        List<SensitivityPoint> scanned = runs.sensitivity(scan).orElseThrow();
        double accuracy = scanned.getFirst().testAccuracy();
        told.accept(String.format(Locale.ROOT, "held-back images: top-1 %.2f %% before pruning", PER_CENT * accuracy));
        warnIfSeen(accuracy, runs.find(scan).orElseThrow().result().test(), told);
        var curves = SensitivityCurves.of(scanned.stream().map(SensitivityPoint::scanned).toList());
        BudgetSearch search = new BudgetSearch(curves, points / PER_CENT, trials);
        BatchSource heldBack = scan.data().heldBackImages(dataset, scan.heldBack());
        List<BudgetSearch.Outcome> outcomes = new ArrayList<>();
        for (Optional<KeepFractions> next = search.next(outcomes); next.isPresent(); next = search.next(outcomes)) {
            FilePrunedRun run = run(next.get());
            told.accept(String.format(Locale.ROOT, "trial %d of at most %d: %s", outcomes.size() + 1, trials,
                    curves.kept(next.get())));
            runner.complete(List.of(run));
            double loss = accuracy - accuracy(runs.find(run).orElseThrow(), heldBack, backend);
            outcomes.add(new BudgetSearch.Outcome(next.get(), loss));
            told.accept(
                    String.format(Locale.ROOT, "trial %d: held-back images: top-1 %.2f %%, %+.2f points: %s the budget",
                            outcomes.size(), PER_CENT * (accuracy - loss), -PER_CENT * loss,
                            search.allows(loss) ? "within" : "over"));
        }
        BudgetSearch.Outcome best = search.best(outcomes).orElseThrow(() -> new RunFailedException(nothing(outcomes)));
        return new Found(run(best.shares()), curves, outcomes, accuracy);
    }

    private FilePrunedRun run(KeepFractions shares) {
        return new FilePrunedRun(trial.network(), trial.weights(), trial.data(), trial.method().with(shares),
                trial.retraining(), trial.batch(), trial.seed(), trial.backend());
    }

    private static double accuracy(FinishedRun run, BatchSource images, Backend backend) {
        try (Model model = ModelFile.load(run.model(), run.experiment().network().network(), backend)) {
            return Evaluator.evaluate(model, images).top1();
        }
    }

    /** A network that knows these images by heart loses on them whatever retrains it without them. */
    private void warnIfSeen(double accuracy, Evaluator.Evaluation test, Consumer<String> told) {
        double both = (accuracy * scan.heldBack() + test.right1()) / (scan.heldBack() + test.count());
        double deviation = Math.sqrt(both * (1 - both) * (1.0 / scan.heldBack() + 1.0 / test.count()));
        if (accuracy - test.top1() > DEVIATIONS * deviation) {
            told.accept(String.format(Locale.ROOT,
                    "warning: on the test images it is %.2f %%: these weights were probably "
                            + "trained on the held-back images too, and what they lose there by forgetting counts against the "
                            + "budget; train --train-images %d keeps them apart",
                    PER_CENT * test.top1(),
                    scan.data().trainImages()));
        }
    }

    private String nothing(List<BudgetSearch.Outcome> outcomes) {
        String least = outcomes.stream()
                .map(outcome -> PER_CENT * outcome.loss())
                .min(Double::compare)
                .map(loss -> String.format(Locale.ROOT, "the least that one lost is %.2f", loss))
                .orElse("none was possible");
        return "none of " + outcomes.size() + " trials lost at most " + points + " points on the held-back images; "
                + least + "; a larger --max-accuracy-drop, more --trials or more --epochs may help";
    }
}
