package org.espalier.prune.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.espalier.nn.model.Model;
import org.espalier.prune.TestModels;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.score.Scores;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.shape.DType;
import org.junit.jupiter.api.Test;

class MaskBuilderTest {

    private static Quota keep(Candidates candidates, long... kept) {
        List<Quota.Layer> layers = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            layers.add(Quota.Layer.of(layer, new Sparsity(kept[layers.size()], layer.units())));
        }
        return new Quota(layers);
    }

    private static void prune(Model model, double[] scores, Granularity granularity, long kept) {
        Candidates candidates = Candidates.of(model, Scores.of(Map.of("fc1.weight", scores)), granularity);
        MaskBuilder.build(candidates, keep(candidates, kept)).applyTo(model);
    }

    @Test
    void ofEqualScoresTheLowerIndexGoesFirst() {
        Model model = TestModels.single(new double[] {1, 1, 1}, new double[] {1, 1, 1});
        prune(model, new double[] {2, 1, 2, 1, 2, 2}, Granularity.WEIGHT, 3);
        assertEquals(List.of(0, 0, 1, 0, 1, 1), TestModels.bits(model, "fc1.weight"));
    }

    @Test
    void minusZeroAndZeroAreEqualScores() {
        Model model = TestModels.single(new double[] {1, 1, 1});
        prune(model, new double[] {0.0, -0.0, 0.0}, Granularity.WEIGHT, 2);
        assertEquals(List.of(0, 1, 1), TestModels.bits(model, "fc1.weight"));
    }

    @Test
    void removedWeightsStayRemovedAndDoNotCompete() {
        Model model = TestModels.single(new double[] {1, 2, 3, 4});
        TestModels.mask(model, "fc1.weight", 1, 0, 1, 1);
        prune(model, new double[] {5, 9, 4, 6}, Granularity.WEIGHT, 2);
        assertEquals(List.of(1, 0, 0, 1), TestModels.bits(model, "fc1.weight"));
        assertEquals(List.of(1.0, 0.0, 0.0, 4.0), TestModels.values(model).get("fc1.weight"));
        prune(model, new double[] {1, 1, 1, 1}, Granularity.WEIGHT, 4); // asks for more than there is
        assertEquals(List.of(1, 0, 0, 1), TestModels.bits(model, "fc1.weight"));
    }

    @Test
    void removedWeightsArePlusZero() {
        Model model = TestModels.single(new double[] {-1, 2});
        prune(model, new double[] {0, 1}, Granularity.WEIGHT, 1);
        assertEquals(0L, Double.doubleToRawLongBits(model.parameter("fc1.weight").value().toDoubles()[0]));
    }

    @Test
    void channelsAreScoredByTheSumOfTheirWeights() {
        Model model = TestModels.single(new double[] {1, 1}, new double[] {1, 1}, new double[] {1, 1});
        prune(model, new double[] {5, 0, 2, 2, 3, 3}, Granularity.OUTPUT_CHANNEL, 2);
        assertEquals(List.of(1, 1, 0, 0, 1, 1), TestModels.bits(model, "fc1.weight"));
    }

    @Test
    void onlyWeightsThatAreLeftCountInAChannel() {
        Model model = TestModels.single(new double[] {1, 1}, new double[] {1, 1}, new double[] {1, 1});
        TestModels.mask(model, "fc1.weight", 0, 1, 1, 1, 0, 0);
        prune(model, new double[] {5, 0, 2, 2, 3, 3}, Granularity.OUTPUT_CHANNEL, 1);
        assertEquals(List.of(0, 0, 1, 1, 0, 0), TestModels.bits(model, "fc1.weight"));
    }

    /** The order as one would write it down: sort all by (score, layer, index), the first k go. */
    private static List<List<Integer>> plainGlobal(double[][] scores, List<List<Integer>> before, int kept) {
        record Entry(double score, int layer, int index) {}
        List<Entry> alive = new ArrayList<>();
        List<List<Integer>> bits = new ArrayList<>();
        for (int l = 0; l < scores.length; l++) {
            bits.add(new ArrayList<>(before.get(l)));
            for (int i = 0; i < scores[l].length; i++) {
                if (before.get(l).get(i) == 1) {
                    alive.add(new Entry(scores[l][i], l, i));
                }
            }
        }
        alive.sort(
                Comparator.comparingDouble(Entry::score).thenComparingInt(Entry::layer).thenComparingInt(Entry::index));
        for (Entry entry : alive.subList(0, Math.max(0, alive.size() - kept))) {
            bits.get(entry.layer()).set(entry.index(), 0);
        }
        return bits;
    }

    @Test
    void agreesWithThePlainSortOverAllLayers() {
        Random random = new Random(5);
        for (int round = 0; round < 40; round++) {
            Model model = Model.initialise(TestModels.chain(4, 5, 3), TestModels.CPU, round, DType.F64);
            UnaryOperator<double[]> ties = values -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextInt(4); // many ties
                }
                return values;
            };
            double[][] scores = {ties.apply(new double[20]), ties.apply(new double[15])};
            double[] alive = new double[20];
            for (int i = 0; i < 20; i++) {
                alive[i] = random.nextInt(3);
            }
            TestModels.mask(model, "fc1.weight", alive);
            List<List<Integer>> before =
                    List.of(TestModels.bits(model, "fc1.weight"), TestModels.bits(model, "fc2.weight"));
            int kept = random.nextInt(36);
            Map<String, double[]> byName = new HashMap<>();
            byName.put("fc1.weight", scores[0]);
            byName.put("fc2.weight", scores[1]);
            Candidates candidates = Candidates.of(model, Scores.of(byName), Granularity.WEIGHT);
            Quota quota = new Global(35.0 / kept).allocate(candidates, share -> share);
            MaskBuilder.build(candidates, quota).applyTo(model);
            assertEquals(
                    plainGlobal(scores, before, kept),
                    List.of(TestModels.bits(model, "fc1.weight"), TestModels.bits(model, "fc2.weight")),
                    "round " + round + " keeping " + kept);
        }
    }

    @Test
    void refusesScoresAndQuotasOfSomethingElse() {
        Model model = TestModels.single(new double[] {1, 2});
        Scores tooFew = Scores.of(Map.of("fc1.weight", new double[] {1}));
        assertThrows(IllegalArgumentException.class, () -> Candidates.of(model, tooFew, Granularity.WEIGHT));
        Candidates candidates =
                Candidates.of(model, Scores.of(Map.of("fc1.weight", new double[] {1, 2})), Granularity.WEIGHT);
        assertThrows(IllegalArgumentException.class, () -> MaskBuilder.build(candidates, new Quota(List.of())));
    }
}
