package org.espalier.prune.compact;

import static org.espalier.prune.compact.Compaction.batch;
import static org.espalier.prune.compact.Compaction.compactAndCompare;
import static org.espalier.prune.compact.Compaction.outputs;
import static org.espalier.prune.compact.Compaction.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.LeNet;
import org.espalier.nn.network.Network;
import org.espalier.prune.Han2015;
import org.espalier.prune.Pruner;
import org.espalier.prune.TestModels;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.schedule.OneShot;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Chains of dense layers and whole LeNets; {@link ChannelCompactionTest} has convolutions, {@link OwnLayerCompactionTest}
 * users' layers.
 */
class DeadNeuronsTest {

    private static Network mlp(int... widths) {
        var builder = Network.builder("mlp", Shape.of(widths[0]));
        for (int i = 1; i < widths.length; i++) {
            builder.dense("fc" + i, widths[i]);
            if (i < widths.length - 1) {
                builder.relu();
            }
        }
        return builder.build();
    }

    /** The example of a 1-2-1 network whose hidden unit 0 has no input: W1 = [[0],[2]], W2 = [[3,1]], b2 = 0.5. */
    @ParameterizedTest
    @CsvSource({"0.7, 2.6", "-0.7, 0.5"})
    void aConstantGoesIntoTheNextBias(double hiddenBias, double expected) {
        Model model = Model.initialise(mlp(1, 2, 1), TestModels.CPU, 1, DType.F64);
        TestModels.set(model, "fc1.weight", 0, 2);
        TestModels.set(model, "fc1.bias", hiddenBias, -0.1);
        TestModels.set(model, "fc2.weight", 3, 1);
        TestModels.set(model, "fc2.bias", 0.5);
        TestModels.mask(model, "fc1.weight", 0, 1);
        Model smaller = compactAndCompare(model, 1e-12);
        assertArrayEquals(new double[] {2}, smaller.parameter("fc1.weight").value().toDoubles());
        assertArrayEquals(new double[] {-0.1}, smaller.parameter("fc1.bias").value().toDoubles());
        assertArrayEquals(new double[] {1}, smaller.parameter("fc2.weight").value().toDoubles());
        assertEquals(expected, smaller.parameter("fc2.bias").value().item(), 1e-15);
    }

    @Test
    void whatNothingReadsGoesWithItsInputs() {
        Model model = random(mlp(2, 3, 2), DType.F64, 1);
        TestModels.mask(model, "fc2.weight", 1, 0, 1, 1, 0, 1);
        CompactionPlan plan = DeadNeurons.plan(model);
        assertEquals(new CompactionPlan.Line("fc1", 3, 1, 0, 6, 4, 6), plan.lines().get(0));
        assertEquals(new CompactionPlan.Line("fc2", 2, 0, 0, 6, 4, 4), plan.lines().get(1));
        assertEquals(Shape.of(2, 2), compactAndCompare(model, 1e-12).parameter("fc2.weight").spec().shape());
    }

    /** Unit 0 of fc2 is not read; then unit 0 of fc1, which only it reads, is not read either. */
    @Test
    void oneGoneMakesTheNextUnread() {
        Model model = random(mlp(2, 2, 2, 1), DType.F64, 2);
        TestModels.mask(model, "fc2.weight", 1, 1, 0, 1);
        TestModels.mask(model, "fc3.weight", 0, 1);
        Model smaller = compactAndCompare(model, 1e-12);
        assertEquals(1, outputs(smaller, "fc1.weight"));
        assertEquals(1, outputs(smaller, "fc2.weight"));
    }

    /** Unit 0 of fc1 is constant; unit 0 of fc2 hangs on it alone and so is constant as well: both fold. */
    @Test
    void oneConstantMakesTheNextConstant() {
        Model model = random(mlp(2, 2, 2, 1), DType.F64, 3);
        TestModels.set(model, "fc1.bias", 0.9, 0.1);
        TestModels.set(model, "fc2.bias", 0.8, 0.1);
        TestModels.set(model, "fc2.weight", 0.5, 0.3, 0.4, 0.2);
        TestModels.mask(model, "fc1.weight", 0, 0, 1, 1);
        TestModels.mask(model, "fc2.weight", 1, 0, 1, 1);
        CompactionPlan plan = DeadNeurons.plan(model);
        assertEquals(1, plan.lines().get(0).constant());
        assertEquals(1, plan.lines().get(1).constant());
        double folded = model.parameter("fc3.bias").value().item()
                + model.parameter("fc3.weight").value().toDoubles()[0] * (0.8 + 0.5 * 0.9);
        Model smaller = compactAndCompare(model, 1e-12);
        assertEquals(folded, smaller.parameter("fc3.bias").value().item(), 1e-12);
        assertEquals(0.1 + 0.4 * 0.9, smaller.parameter("fc2.bias").value().item(), 1e-12);
    }

    @Test
    void aCutThroughNetworkKeepsOneUnitALayer() {
        Model model = random(mlp(3, 4, 4, 2), DType.F64, 4);
        TestModels.mask(model, "fc2.weight", new double[16]);
        Model smaller = compactAndCompare(model, 1e-12);
        assertEquals(1, outputs(smaller, "fc1.weight"));
        assertEquals(1, outputs(smaller, "fc2.weight"));
        assertEquals(2, outputs(smaller, "fc3.weight"));
    }

    @Test
    void aDenseModelStaysWhole() {
        Model model = random(mlp(3, 4, 2), DType.F64, 5);
        CompactionPlan plan = DeadNeurons.plan(model);
        assertTrue(plan.isEmpty());
        assertEquals(model.network(), plan.network());
        Model same = plan.apply();
        assertEquals(TestModels.values(model), TestModels.values(same));
        same.close();
        assertEquals(3 * 4 + 4 * 2, model.keptWeights()); // the copy owned its weights
    }

    /** Zeros without a mask are weights like others: training may change them. */
    @Test
    void aZeroThatIsKeptIsAConnection() {
        Model model = random(mlp(2, 2, 1), DType.F64, 6);
        TestModels.set(model, "fc2.weight", 0, 1);
        assertTrue(DeadNeurons.plan(model).isEmpty());
    }

    @Test
    void storageStaysAsItWas() {
        Model model = random(mlp(3, 4, 3, 2), DType.F64, 7);
        TestModels.mask(model, "fc1.weight", 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1);
        Parameter second = model.parameter("fc2.weight");
        TestModels.mask(model, "fc2.weight", 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1);
        second.store(WeightStorage.csr(second.value(), second.storage().mask()));
        Model smaller = compactAndCompare(model, 1e-12);
        var masked = assertInstanceOf(WeightStorage.MaskedDense.class, smaller.parameter("fc1.weight").storage());
        assertEquals(6, masked.mask().keptCount()); // unit 0 had no inputs to lose
        assertInstanceOf(WeightStorage.Csr.class, smaller.parameter("fc2.weight").storage());
        assertInstanceOf(WeightStorage.Dense.class, smaller.parameter("fc3.weight").storage());
    }

    /** The same by the words of the paper: neurons without incoming or without outgoing weights go until none is left. */
    private static int[] plainSurvivors(boolean[][][] connected, int[] widths) {
        boolean[][] gone = new boolean[widths.length][];
        for (int l = 0; l < widths.length; l++) {
            gone[l] = new boolean[widths[l]];
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int l = 1; l < widths.length - 1; l++) {
                for (int j = 0; j < widths[l]; j++) {
                    boolean incoming = false;
                    boolean outgoing = false;
                    for (int i = 0; i < widths[l - 1]; i++) {
                        incoming |= connected[l - 1][j][i] && !gone[l - 1][i];
                    }
                    for (int k = 0; k < widths[l + 1]; k++) {
                        outgoing |= connected[l][k][j] && !gone[l + 1][k];
                    }
                    if (!gone[l][j] && !(incoming && outgoing)) {
                        gone[l][j] = true;
                        changed = true;
                    }
                }
            }
        }
        int[] left = new int[widths.length];
        for (int l = 0; l < widths.length; l++) {
            for (boolean dead : gone[l]) {
                left[l] += dead ? 0 : 1;
            }
        }
        return left;
    }

    @Test
    void agreesWithThePaperOnRandomMasks() {
        int[] widths = {5, 12, 9, 10, 3};
        Random random = new Random(8);
        int shrunk = 0;
        for (int round = 0; round < 30; round++) {
            Model model = random(mlp(widths), DType.F64, round);
            double density = 0.08 + 0.4 * random.nextDouble();
            boolean[][][] connected = new boolean[4][][];
            for (int l = 0; l < 4; l++) {
                connected[l] = new boolean[widths[l + 1]][widths[l]];
                double[] bits = new double[widths[l] * widths[l + 1]];
                for (int i = 0; i < bits.length; i++) {
                    connected[l][i / widths[l]][i % widths[l]] = random.nextDouble() < density;
                    bits[i] = connected[l][i / widths[l]][i % widths[l]] ? 1 : 0;
                }
                TestModels.mask(model, "fc" + (l + 1) + ".weight", bits);
            }
            Model smaller = compactAndCompare(model, 1e-9);
            int[] expected = plainSurvivors(connected, widths);
            boolean cutThrough = expected[1] == 0; // then nothing is left anywhere, but each layer must keep a unit
            for (int l = 1; l < 4 && !cutThrough; l++) {
                assertEquals(expected[l], outputs(smaller, "fc" + l + ".weight"), "round " + round + " layer " + l);
                shrunk += expected[l] < widths[l] ? 1 : 0;
            }
        }
        assertTrue(shrunk > 30, "too few cases where something went: " + shrunk);
    }

    @ParameterizedTest
    @ValueSource(doubles = {12, 60, 300, 2000})
    void prunedLeNet300ComputesTheSame(double compression) {
        Model model = random(LeNet.lenet300(), DType.F64, 9);
        new Pruner(Han2015.method(new Global(compression)).with(new OneShot())).prune(model, 1);
        Model smaller = compactAndCompare(model, 1e-9);
        assertTrue(compression < 100 || outputs(smaller, "fc1.weight") < 300);
    }

    @ParameterizedTest
    @CsvSource({"true, F64, 1e-9, 30", "false, F64, 1e-9, 3000", "true, F32, 1e-5, 300"})
    void prunedLeNet5ComputesTheSame(boolean reluAfterConv, DType dtype, double tolerance, double compression) {
        Model model = Model.initialise(LeNet.lenet5(reluAfterConv), TestModels.CPU, 10, dtype);
        for (Parameter parameter : model.parameters()) {
            if (parameter.name().endsWith("bias")) {
                double[] values = new Random(1).doubles(parameter.spec().shape().size(), -0.2, 0.2).toArray();
                TestModels.set(model, parameter.name(), values);
            }
        }
        new Pruner(Han2015.method(new Global(compression)).with(new OneShot())).prune(model, 1);
        Model smaller = compactAndCompare(model, tolerance);
        assertTrue(outputs(smaller, "fc1.weight") < 500);
        assertEquals(outputs(smaller, "conv2.weight") * 16, smaller.parameter("fc1.weight").spec().shape().axis(1));
    }

    /** The comparison above must notice a fold that was forgotten or doubled. */
    @Test
    void aWrongBiasIsNoticed() {
        Model model = random(mlp(2, 3, 2), DType.F64, 11);
        TestModels.set(model, "fc1.bias", 0.5, 0.5, 0.5);
        TestModels.mask(model, "fc1.weight", 0, 0, 1, 1, 1, 1);
        Model smaller = DeadNeurons.plan(model).apply();
        double[] unfolded = model.parameter("fc2.bias").value().toDoubles();
        assertFalse(Arrays.equals(unfolded, smaller.parameter("fc2.bias").value().toDoubles()));
        TestModels.set(smaller, "fc2.bias", unfolded);
        assertTrue(Equivalence.largestDifference(model, smaller, batch(model, 3, 1)) > 1e-3);
    }

    @Test
    void thePlanPrintsAsATable() {
        Model model = random(mlp(2, 3, 2), DType.F64, 1);
        TestModels.mask(model, "fc2.weight", 1, 0, 1, 1, 0, 1);
        String table = DeadNeurons.plan(model).toString();
        assertTrue(table.lines().anyMatch(line -> line.matches("fc1 +3 +1 +0 +2 +6 +4 +6")), table);
    }
}
