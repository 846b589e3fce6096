package org.espalier.prune.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.espalier.prune.Sensitivity.Point;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.budget.BudgetSearch.Outcome;
import org.espalier.prune.budget.SensitivityCurves.Loss;
import org.espalier.prune.sparsity.Sparsity;
import org.junit.jupiter.api.Test;

/** Curves drawn by hand: conv suffers at once, fc only when little is left of it. */
class BudgetSearchTest {
    private static Point point(String layer, double share, long weights, double accuracy) {
        return new Point(layer, share, Sparsity.ofKeptShare(share, weights), accuracy);
    }

    private static final SensitivityCurves CURVES = SensitivityCurves.of(List.of(
            point("conv", 1, 1000, 0.9),
            point("conv", 0.5, 1000, 0.8),
            point("conv", 0.1, 1000, 0.4),
            point("fc", 1, 10_000, 0.9),
            point("fc", 0.5, 10_000, 0.91),
            point("fc", 0.2, 10_000, 0.85),
            point("fc", 0.1, 10_000, 0.7)));

    /**
     * For a weight that goes: fc's first 5,000 cost nothing, the next 3,000 0.05 / 3000 each, the next 1,000 1.5e-4; conv's
     * first 500 2e-4, the next 400 1e-3.
     */
    @Test
    void whatCostsLeastForItsWeightsGoesFirst() {
        assertEquals(Map.of("conv", 1.0, "fc", 1.0), CURVES.keeping(11_000).shares());
        assertEquals(Map.of("conv", 1.0, "fc", 0.5), CURVES.keeping(6000).shares());
        assertEquals(Map.of("conv", 1.0, "fc", 0.35), CURVES.keeping(4500).shares());
        assertEquals(Map.of("conv", 1.0, "fc", 0.15), CURVES.keeping(2500).shares());
        assertEquals(Map.of("conv", 0.75, "fc", 0.1), CURVES.keeping(1750).shares());
        assertEquals(Map.of("conv", 0.4, "fc", 0.1), CURVES.keeping(1400).shares());
        assertEquals(Map.of("conv", 0.1, "fc", 0.1), CURVES.keeping(0).shares());
        assertEquals(new Sparsity(750 + 1000, 11_000), CURVES.kept(CURVES.keeping(1750)));
    }

    /** 10,001 of 30,000 are 0.33337, rounded up, so that less goes. */
    @Test
    void sharesAreWholeTenThousandths() {
        SensitivityCurves curves =
                SensitivityCurves.of(List.of(point("fc", 1, 30_000, 0.9), point("fc", 0.1, 30_000, 0.8)));
        assertEquals(Map.of("fc", 0.3334), curves.keeping(10_001).shares());
        assertEquals(Map.of("fc", 0.3333), curves.keeping(9_999).shares());
    }

    @Test
    void aLuckyMeasurementBehindABadOneOpensNoDoor() {
        SensitivityCurves curves = SensitivityCurves.of(List.of(
                point("fc", 1, 10, 0.9), point("fc", 0.5, 10, 0.7), point("fc", 0.1, 10, 0.9)));
        assertEquals(List.of(new Loss(1, 0), new Loss(0.5, 0.2), new Loss(0.1, 0.2)),
                curves.layers().getFirst().points().stream()
                        .map(loss -> new Loss(loss.share(), Math.rint(loss.loss() * 1e9) / 1e9))
                        .toList());
        // all on the way to 0.1 cost the same, the 4 behind the first 5 not nothing
        assertEquals(0.55, curves.keeping(5.5).shares().get("fc"), 1e-12);
        assertEquals(0.1, curves.layers().getFirst().loss(0.75), 1e-12);
    }

    /** What is lost by shares; the more is kept, the less. */
    private static List<Outcome> search(BudgetSearch search, ToDoubleFunction<KeepFractions> loss) {
        List<Outcome> outcomes = new ArrayList<>();
        for (var trial = search.next(outcomes); trial.isPresent(); trial = search.next(outcomes)) {
            outcomes.add(new Outcome(trial.get(), loss.applyAsDouble(trial.get())));
        }
        return outcomes;
    }

    private static long kept(KeepFractions shares) {
        return CURVES.kept(shares).kept();
    }

    /** From 11,000 to 1,100, halved on a logarithmic scale: 11,000 / sqrt(10) = 3479 first. */
    @Test
    void trialsHalveTheIntervalOfWhatIsKept() {
        BudgetSearch search = new BudgetSearch(CURVES, 0.02, 4);
        List<Outcome> outcomes = search(search, shares -> kept(shares) >= 2000 ? 0.02 : 0.03);
        List<Long> kept = outcomes.stream().map(outcome -> kept(outcome.shares())).toList();

        assertEquals(4, kept.size());
        // the shares step by 1/10,000, a weight or so; 3479 is free, so is sqrt(1100 * 3479) = 1956, not; 2609, 2259
        assertEquals(3479, kept.get(0), 2);
        assertEquals(1956, kept.get(1), 3);
        assertEquals(2609, kept.get(2), 3);
        assertEquals(2259, kept.get(3), 4);
        assertEquals(outcomes.get(3), search.best(outcomes).orElseThrow());
    }

    @Test
    void manyTrialsFindTheEdge() {
        BudgetSearch search = new BudgetSearch(CURVES, 0.02, 40);
        List<Outcome> outcomes = search(search, shares -> kept(shares) >= 2000 ? 0.01 : 0.03);
        long best = kept(search.best(outcomes).orElseThrow().shares());

        assertTrue(best >= 2000 && best < 2010, "kept " + best);
        assertTrue(outcomes.size() < 40, "it ends when there is nothing between: " + outcomes.size());
    }

    /** Five images of 5,000: as a difference of quotients a little more than 0.001. */
    @Test
    void theBudgetItselfMayBeSpent() {
        double loss = 4927.0 / 5000 - 4922.0 / 5000;
        assertTrue(loss > 0.001, "else this test tests nothing: " + loss);
        assertTrue(new BudgetSearch(CURVES, 0.001, 1).allows(loss));
        assertFalse(new BudgetSearch(CURVES, 0.001, 1).allows(6.0 / 5000));
    }

    @Test
    void nothingWithinTheBudgetIsNoAnswer() {
        BudgetSearch search = new BudgetSearch(CURVES, 0, 12);
        List<Outcome> outcomes = search(search, _ -> 0.5);

        assertTrue(search.best(outcomes).isEmpty());
        assertTrue(outcomes.stream().allMatch(outcome -> kept(outcome.shares()) < 11_000),
                "never the network as it was");
    }

    @Test
    void layersThatNeverSufferGoToTheLeastThatWasMeasured() {
        SensitivityCurves flat =
                SensitivityCurves.of(List.of(point("fc", 1, 1000, 0.9), point("fc", 0.01, 1000, 0.95)));
        assertEquals(flat.keeping(0), KeepFractions.parse("fc=0.01"));
        assertEquals(10, kept(flat, search(new BudgetSearch(flat, 0, 16), _ -> 0.0)), 1);
    }

    private static long kept(SensitivityCurves curves, List<Outcome> outcomes) {
        return curves.kept(outcomes.getLast().shares()).kept();
    }

    @Test
    void whatIsNoCurveOrNoBudgetIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> SensitivityCurves.of(List.of(point("fc", 0.9, 10, 1))));
        assertThrows(IllegalArgumentException.class,
                () -> SensitivityCurves.of(List.of(point("fc", 1, 10, 1), point("fc", 0, 10, 0))));
        assertThrows(IllegalArgumentException.class, () -> new BudgetSearch(CURVES, Double.NaN, 3));
        assertThrows(IllegalArgumentException.class, () -> new BudgetSearch(CURVES, -0.1, 3));
        assertThrows(IllegalArgumentException.class, () -> new BudgetSearch(CURVES, 0.1, 0));
    }
}
