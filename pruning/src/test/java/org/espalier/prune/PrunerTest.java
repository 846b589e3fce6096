package org.espalier.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.LeNet;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.allocate.QualityParameter;
import org.espalier.prune.allocate.StdThreshold;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.mask.Masks;
import org.espalier.prune.schedule.Iterative;
import org.espalier.prune.schedule.OneShot;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Magnitude;
import org.espalier.prune.score.Scorer;
import org.espalier.prune.score.Scores;
import org.espalier.prune.score.ScoringContext;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;

class PrunerTest {

    private static List<Long> kept(PruningReport report) {
        return report.layers().stream().map(layer -> layer.after().kept()).toList();
    }

    /** Table 2 of Han et al. 2015, by way of 266,200 p^(k/5). */
    @Test
    void lenet300EndsAtTheCountsOfTable2() {
        Model model = Model.initialise(LeNet.lenet300(), TestModels.CPU, 1);
        Pruner pruner = new Pruner(Han2015.LENET_300_100);
        long before = 266_200;
        PruningReport report = null;
        for (int step = 1; step <= pruner.steps(); step++) {
            report = pruner.prune(model, step);
            double exponent = step / 5.0;
            assertEquals(Math.round(235_200 * Math.pow(0.08, exponent)), report.layer("fc1").after().kept());
            assertTrue(report.total().kept() < before);
            before = report.total().kept();
        }
        assertEquals(5, pruner.steps());
        assertEquals(List.of(18_816L, 2_700L, 260L), kept(report));
        assertEquals(new Sparsity(21_776, 266_200), report.total());
        assertEquals(21_776, model.keptWeights());
        assertEquals(12.22, report.total().compression(), 0.005);
    }

    /** Table 3. */
    @Test
    void lenet5EndsAtTheCountsOfTable3() {
        Model model = Model.initialise(LeNet.lenet5(true), TestModels.CPU, 1);
        PruningReport report = new Pruner(Han2015.LENET_5.with(new OneShot())).prune(model, 1);
        assertEquals(List.of(330L, 3_000L, 32_000L, 950L), kept(report));
        assertEquals(new Sparsity(36_280, 430_500), report.total());
        assertEquals(11.87, report.total().compression(), 0.005);
    }

    @Test
    void whatGoesIsSmallAndWhatStaysIsUnchanged() {
        Model model = TestModels.single(new double[] {0.5, -4}, new double[] {3, -0.25});
        new Pruner(Han2015.method(KeepFractions.parse("fc1=0.5")).with(new OneShot())).prune(model, 1);
        assertEquals(List.of(0.0, -4.0, 3.0, 0.0), TestModels.values(model).get("fc1.weight"));
        assertTrue(model.parameter("fc1.weight").storage() instanceof WeightStorage.MaskedDense);
    }

    /** Deviation 2 and threshold 1.5 leave -3 and 3, whose deviation is 3. */
    @Test
    void theReportHasThresholdAndQ() {
        Model model = TestModels.single(new double[] {-3, -1, 0, 1, 3});
        Pruner pruner = new Pruner(Han2015.byThreshold(0.75).with(new Iterative(2)));
        PruningReport.Layer first = pruner.prune(model, 1).layer("fc1");
        assertEquals(2, first.deviation());
        assertEquals(1.5, first.threshold());
        assertEquals(0.75, first.q());
        assertEquals(new Sparsity(5, 5), first.before());
        assertEquals(new Sparsity(2, 5), first.after());
        PruningReport.Layer second = pruner.prune(model, 2).layer("fc1");
        assertEquals(3, second.deviation());
        assertEquals(2.25, second.threshold());
        assertEquals(new Sparsity(2, 5), second.after());
    }

    @Test
    void givenSharesReportTheQThatWouldHaveDoneIt() {
        Model shares = Model.initialise(TestModels.chain(20, 10, 5), TestModels.CPU, 4);
        double[] weights = shares.parameter("fc1.weight").value().toDoubles();
        PruningReport report =
                new Pruner(Han2015.method(KeepFractions.parse("fc1=0.3")).with(new OneShot())).prune(shares, 1);
        assertEquals(QualityParameter.qForKept(weights, 0.3), report.layer("fc1").q(), 1e-12);

        Model threshold = Model.initialise(TestModels.chain(20, 10, 5), TestModels.CPU, 4);
        String q = "fc1=" + QualityParameter.qForKept(weights, 0.3);
        new Pruner(Han2015.method(StdThreshold.parse(q)).with(new OneShot())).prune(threshold, 1);
        assertEquals(Masks.of(shares), Masks.of(threshold));
    }

    @Test
    void masksOnlyShrink() {
        Model model = Model.initialise(TestModels.chain(6, 6, 3), TestModels.CPU, 2);
        PruningMethod method = new PruningMethod(
                new Magnitude(), Granularity.WEIGHT, new Global(10), new Iterative(4), When.AFTER_TRAINING);
        List<BitSet> before = bits(model);
        for (int step = 1; step <= 4; step++) {
            new Pruner(method).prune(model, step);
            for (Parameter weight : model.weights()) {
                // as if retraining forgot the mask: removed weights come out largest of all
                weight.store(weight.storage().withTrainable(weight.storage().trainable().affine(0.1, 5)));
            }
            List<BitSet> after = bits(model);
            for (int i = 0; i < after.size(); i++) {
                BitSet revived = (BitSet) after.get(i).clone();
                revived.andNot(before.get(i));
                assertTrue(revived.isEmpty(), "step " + step + " revived " + revived);
            }
            before = after;
        }
        assertEquals(Sparsity.ofCompression(10, 54).kept(), model.keptWeights());
    }

    private static List<BitSet> bits(Model model) {
        List<BitSet> bits = new ArrayList<>();
        model.weights().forEach(weight -> bits.add(weight.storage().mask().toBits()));
        return bits;
    }

    @Test
    void givenMasksArePutOnAModelWithoutReviving() {
        Model model = TestModels.single(new double[] {1, 2, 3});
        TestModels.mask(model, "fc1.weight", 0, 1, 1);
        Model other = TestModels.single(new double[] {4, 5, 6});
        TestModels.mask(other, "fc1.weight", 1, 1, 0);
        Masks.of(other).applyTo(model);
        assertEquals(List.of(0, 1, 0), TestModels.bits(model, "fc1.weight"));
        assertEquals(new Sparsity(1, 3), Masks.of(model).sparsity());
    }

    @Test
    void compressedRowsStayCompressed() {
        Model model = TestModels.single(new double[] {1, 2, 3}, new double[] {4, 0, 6});
        Parameter weight = model.parameter("fc1.weight");
        weight.store(WeightStorage.csr(weight.value(), weight.storage().mask()));
        new Pruner(Han2015.method(KeepFractions.parse("fc1=0.5")).with(new OneShot())).prune(model, 1);
        assertEquals(List.of(0, 0, 1, 1, 0, 1), TestModels.bits(model, "fc1.weight"));
        assertInstanceOf(WeightStorage.Csr.class, weight.storage());
        assertArrayEquals(new double[] {3, 4, 6}, weight.storage().trainable().toDoubles());
    }

    @Test
    void aMaskOfAnotherShapeChangesNothing() {
        Model model = Model.initialise(TestModels.chain(2, 3, 2), TestModels.CPU, 1);
        Model other = Model.initialise(TestModels.chain(2, 3, 4), TestModels.CPU, 1);
        TestModels.mask(other, "fc1.weight", 0, 0, 0, 0, 0, 0);
        Masks masks = Masks.of(other);
        assertThrows(IllegalArgumentException.class, () -> masks.applyTo(model));
        assertEquals(12, model.keptWeights());
    }

    /** A criterion from outside: distance from 1. */
    record FarFromOne() implements Scorer {
        @Override
        public Scores score(ScoringContext context) {
            Map<String, double[]> scores = new LinkedHashMap<>();
            for (Parameter weight : context.model().weights()) {
                double[] values = weight.value().toDoubles();
                for (int i = 0; i < values.length; i++) {
                    values[i] = Math.abs(values[i] - 1);
                }
                scores.put(weight.name(), values);
            }
            return Scores.of(scores);
        }
    }

    @Test
    void aScorerOfOnesOwnWorks() {
        Model model = TestModels.single(new double[] {1, 0.9, -5, 4});
        PruningMethod method = new PruningMethod(
                new FarFromOne(), Granularity.WEIGHT, KeepFractions.parse("fc1=0.5"), new OneShot(),
                When.BEFORE_TRAINING);
        new Pruner(method).prune(model, 1);
        assertEquals(List.of(0, 0, 1, 1), TestModels.bits(model, "fc1.weight"));
    }

    @Test
    void aNanWeightLeavesTheModelAsItWas() {
        Model model = TestModels.single(new double[] {1, Double.NaN, 3});
        assertThrows(IllegalArgumentException.class, () -> new Pruner(Han2015.byThreshold(1)).prune(model, 1));
        assertEquals(3, model.keptWeights());
    }

    @Test
    void methodsAreValues() {
        assertEquals(Han2015.byThreshold(0.5), Han2015.byThreshold(0.5));
        assertEquals(Han2015.LENET_5, Han2015.method(KeepFractions.parse("fc2=0.19,fc1=0.08,conv2=0.12,conv1=0.66")));
    }

    @Test
    void theReportPrintsAsATable() {
        Model model = TestModels.single(new double[] {-3, -1, 0, 1, 3});
        String table = new Pruner(Han2015.byThreshold(0.75)).prune(model, 1).toString();
        assertTrue(table.lines().anyMatch(line -> line.matches("fc1 +5 +2 +40\\.00 +1\\.500000 +0\\.7500")), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("total +5 +2 +40\\.00 +2\\.50x")), table);
    }
}
