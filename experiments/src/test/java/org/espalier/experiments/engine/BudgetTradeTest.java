package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.espalier.data.Preprocessing;
import org.espalier.data.digits.Digits;
import org.espalier.data.feed.SequentialBatches;
import org.espalier.data.feed.ShuffledBatches;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LeNet;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Evaluator;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.prune.Han2015;
import org.espalier.prune.Pruner;
import org.espalier.prune.Sensitivity;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.budget.BudgetSearch;
import org.espalier.prune.budget.SensitivityCurves;
import org.espalier.prune.schedule.OneShot;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;

/**
 * Spending an accuracy budget where it removes most, on drawn digits: LeNet-300-100 keeps far fewer weights than with one
 * loss that every layer alone may have, at no more loss on the images that are held back. Nothing is retrained.
 */
final class BudgetTradeTest {
    private static final double BUDGET = 0.03;
    private static final int TRIALS = 10;

    private static final Digits DIGITS = Digits.draw(21, 1500, 1000);
    private static final SequentialBatches HELD_BACK =
            new SequentialBatches(DIGITS.test(), Preprocessing.CAFFE_MNIST, 500);

    private static double accuracy(Model model) {
        return Evaluator.evaluate(model, HELD_BACK).top1();
    }

    private static double accuracy(Model model, KeepFractions shares) {
        try (Model copy = model.copy()) {
            new Pruner(Han2015.method(shares).with(new OneShot())).prune(copy, 1);
            return accuracy(copy);
        }
    }

    /** For each layer the smallest share of whole per cents at which it alone loses no more than that. */
    private static KeepFractions tolerating(SensitivityCurves curves, double loss) {
        TreeMap<String, Double> shares = new TreeMap<>();
        for (SensitivityCurves.Layer layer : curves.layers()) {
            shares.put(layer.name(), IntStream.rangeClosed(1, 100).mapToDouble(percent -> percent / 100.0)
                    .filter(share -> layer.loss(share) <= loss).findFirst().orElseThrow());
        }
        return new KeepFractions(shares);
    }

    /** With twice as many trials, from no loss at all to what is far over the budget. */
    private static long fewestWithOneTolerance(Model model, SensitivityCurves curves, double whole) {
        return IntStream.rangeClosed(0, 2 * TRIALS)
                .mapToObj(i -> tolerating(curves, BUDGET * i / TRIALS))
                .filter(shares -> whole - accuracy(model, shares) <= BUDGET)
                .mapToLong(shares -> curves.kept(shares).kept())
                .min()
                .orElseThrow();
    }

    @Test
    void theBudgetIsSpentWhereItRemovesMost() {
        try (Backend cpu = Backends.open("cpu"); Model model = Model.initialise(LeNet.lenet300(), cpu, 1)) {
            Recipe recipe = new Recipe(6, Sgd.momentum(0.9, 5e-4), new LearningRate.MultiStep(0.1, 0.1, List.of(0.6)));
            try (Trainer trainer = new Trainer(model, recipe, 1)) {
                trainer.run(new ShuffledBatches(DIGITS.train(), Preprocessing.CAFFE_MNIST, 64, 1));
            }
            double whole = accuracy(model);
            assertTrue(whole > 0.85, "there is something to lose: " + whole);
            var curves = SensitivityCurves.of(
                    Sensitivity.scan(model, SensitivityCurves.SHARES, BudgetTradeTest::accuracy));
            BudgetSearch search = new BudgetSearch(curves, BUDGET, TRIALS);
            List<BudgetSearch.Outcome> outcomes = new ArrayList<>();
            for (Optional<KeepFractions> next = search.next(outcomes); next.isPresent(); next =
                    search.next(outcomes)) {
                outcomes.add(new BudgetSearch.Outcome(next.get(), whole - accuracy(model, next.get())));
            }
            KeepFractions found = search.best(outcomes).orElseThrow().shares();
            long kept = curves.kept(found).kept();
            long before = fewestWithOneTolerance(model, curves, whole);
            assertTrue(kept < 0.7 * before, kept + " of 266,200 weights with " + found + " against " + before);
            assertTrue(found.shares().get("fc3") > 3 * found.shares().get("fc1"), "few weights, few gains: " + found);
        }
    }
}
