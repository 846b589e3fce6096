package org.espalier.prune.compact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.prune.TestModels;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** Models to cut connections from, and the check that what is left computes the same. */
final class Compaction {
    private Compaction() {}

    /** Random values for all parameters, biases of both signs too; variances positive. */
    static Model random(Network network, DType dtype, long seed) {
        Model model = Model.initialise(network, TestModels.CPU, seed, dtype);
        Random random = new Random(seed);
        for (Parameter parameter : model.parameters()) {
            double[] values = random.doubles(parameter.spec().shape().size(), -1, 1).toArray();
            if (parameter.name().endsWith("running_var")) {
                values = Arrays.stream(values).map(v -> v + 1.5).toArray();
            }
            TestModels.set(model, parameter.name(), values);
        }
        return model;
    }

    static Tensor batch(Model model, int samples, long seed) {
        Shape shape = model.network().inputShape().prepend(samples);
        DType dtype = model.parameters().get(0).value().dtype();
        return Tensor.of(TestModels.CPU, new Spec(dtype, shape),
                new Random(seed).doubles(shape.size(), -1, 1).toArray());
    }

    static Model compactAndCompare(Model model, double tolerance) {
        var before = TestModels.values(model);
        Model smaller = DeadNeurons.plan(model).apply();
        assertEquals(0, Equivalence.largestDifference(model, smaller, batch(model, 5, 99)), tolerance);
        assertEquals(before, TestModels.values(model), "the model itself must stay as it is");
        return smaller;
    }

    static int outputs(Model model, String weight) {
        return model.parameter(weight).spec().shape().axis(0);
    }

    /** Cuts an output channel off from all its inputs, or an input channel from all its readers. */
    static void cut(Model model, String weight, int axis, int channel) {
        Shape shape = model.parameter(weight).spec().shape();
        double[] bits = new double[shape.size()];
        int row = shape.size() / shape.axis(0);
        int taps = row / shape.axis(1);
        for (int i = 0; i < bits.length; i++) {
            int at = axis == 0 ? i / row : i % row / taps;
            bits[i] = at == channel || !model.parameter(weight).storage().mask().isKept(i) ? 0 : 1;
        }
        TestModels.mask(model, weight, bits);
    }
}
