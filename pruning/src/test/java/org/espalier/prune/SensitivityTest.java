package org.espalier.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.nn.model.Model;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.TriedMask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;

class SensitivityTest {

    /** y = W2 W1 x with x = (1,1) and W2 = (1,1): the sum of what is left of W1 (1,2,3,4) when W2 is whole. */
    private static Model model() {
        Model model = Model.initialise(TestModels.chain(2, 2, 1), TestModels.CPU, 1, DType.F64);
        TestModels.set(model, "fc1.weight", 1, 2, 3, 4);
        TestModels.set(model, "fc2.weight", 1, 2);
        return model;
    }

    private static double output(Model model) {
        return model.predict(Tensor.of(TestModels.CPU, Shape.of(1, 2), 1.0, 1.0)).item();
    }

    @Test
    void prunesOneLayerAtATimeAndLeavesTheModelAlone() {
        Model model = model();
        var before = TestModels.values(model);
        List<Sensitivity.Point> points = Sensitivity.scan(model, List.of(1.0, 0.75, 0.5, 0.0), SensitivityTest::output);
        assertEquals(
                List.of(
                        new Sensitivity.Point("fc1", 1, new Sparsity(4, 4), 3 + 14),
                        new Sensitivity.Point("fc1", 0.75, new Sparsity(3, 4), 2 + 14),
                        new Sensitivity.Point("fc1", 0.5, new Sparsity(2, 4), 14),
                        new Sensitivity.Point("fc1", 0, new Sparsity(0, 4), 0),
                        new Sensitivity.Point("fc2", 1, new Sparsity(2, 2), 17),
                        new Sensitivity.Point("fc2", 0.75, new Sparsity(2, 2), 17), // 1.5 rounds up
                        new Sensitivity.Point("fc2", 0.5, new Sparsity(1, 2), 14),
                        new Sensitivity.Point("fc2", 0, new Sparsity(0, 2), 0)),
                points);
        assertEquals(before, TestModels.values(model));
        assertEquals(6, model.keptWeights());
    }

    /** What a point evaluates are the weights that pruning leaves, to the bit; a mask tried agrees but for rounding. */
    @Test
    void aTriedMaskSeesWhatAPointSees() {
        int inputs = 600;
        Model model = Model.initialise(TestModels.chain(inputs, 130), TestModels.CPU, 1);
        var untouched = TestModels.values(model);
        WeightStorage whole = model.parameter("fc1.weight").storage();
        Tensor bias = model.parameter("fc1.bias").value();
        Tensor x = Tensor.of(TestModels.CPU, Spec.f32(20, inputs),
                new SplittableRandom(7).doubles(20 * inputs, -1, 1).toArray());
        List<Double> shares = List.of(0.7, 0.3, 0.05);
        List<Sensitivity.Point> points = Sensitivity.scan(model, shares, copy -> {
            TriedMask tried = TriedMask.of(TestModels.CPU, copy.parameter("fc1.weight").storage().mask());
            float[] pruned = copy.predict(x).toFloats();
            assertArrayEquals(tried.settledOn(whole).multiply(x, bias).toFloats(), pruned);
            // sums of 600 products in two orders; the products' magnitudes add up to less than 20
            assertArrayEquals(pruned, whole.multiply(x, bias, false, tried).toFloats(), 20 * inputs * 0x1p-24f);
            return tried.mask().keptCount();
        });
        assertEquals(List.of(54_600.0, 23_400.0, 3_900.0), points.stream().map(Sensitivity.Point::value).toList());
        assertEquals(untouched, TestModels.values(model));
    }

    @Test
    void goesInTenths() {
        List<Sensitivity.Point> points = Sensitivity.scan(model(), SensitivityTest::output);
        assertEquals(22, points.size());
        assertEquals(List.of(1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0),
                points.stream().limit(11).map(Sensitivity.Point::keptShare).toList());
    }

    @Test
    void doesNotEvaluateTheSameTwice() {
        int[] calls = {0};
        Sensitivity.scan(model(), List.of(1.0, 0.5), model -> ++calls[0]);
        assertEquals(3, calls[0]); // untouched once, each layer pruned once
    }

    /** Cut off anywhere, the rest alone is evaluated, and what the earlier scan found stands as it was. */
    @Test
    void goesOnWhereItWasCutOff() {
        List<Double> shares = List.of(1.0, 0.5, 0.0);
        List<Sensitivity.Point> whole = Sensitivity.scan(model(), shares, SensitivityTest::output);
        // What is left to evaluate after so many points: the model as it is belongs to the first of them.
        List<Integer> evaluations = List.of(5, 4, 3, 2, 2, 1, 0);
        for (int cut = 0; cut <= whole.size(); cut++) {
            int[] calls = {0};
            List<Sensitivity.Point> heard = new ArrayList<>();
            List<Sensitivity.Point> resumed = Sensitivity.scan(model(), shares, model -> {
                calls[0]++;
                return output(model);
            }, whole.subList(0, cut), heard::add);
            assertEquals(whole, resumed);
            assertEquals(whole.subList(cut, whole.size()), heard);
            assertEquals(evaluations.get(cut), calls[0], "after " + cut);
        }
    }

    @Test
    void refusesToGoOnWithAnotherScan() {
        List<Double> shares = List.of(1.0, 0.5);
        List<Sensitivity.Point> other = Sensitivity.scan(model(), List.of(0.5), SensitivityTest::output);
        assertThrows(IllegalArgumentException.class,
                () -> Sensitivity.scan(model(), shares, SensitivityTest::output, other, _ -> {}));
        List<Sensitivity.Point> longer = new ArrayList<>(Sensitivity.scan(model(), shares, SensitivityTest::output));
        longer.add(longer.getLast());
        assertThrows(IllegalArgumentException.class,
                () -> Sensitivity.scan(model(), shares, SensitivityTest::output, longer, _ -> {}));
    }
}
