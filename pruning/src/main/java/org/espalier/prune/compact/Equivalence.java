package org.espalier.prune.compact;

import org.espalier.nn.model.Model;
import org.espalier.tensor.Tensor;

/** Whether two models compute the same. */
public final class Equivalence {
    private Equivalence() {}

    /**
     * The largest difference between two models' outputs for a batch, in evaluation mode; NaN if an output is NaN in one
     * of them.
     *
     * @throws IllegalArgumentException if the outputs have different shapes
     */
    public static double largestDifference(Model a, Model b, Tensor batch) {
        try (var _ = a.backend().scope()) {
            Tensor x = a.predict(batch);
            Tensor y = b.predict(batch);
            if (!x.shape().equals(y.shape())) {
                throw new IllegalArgumentException(
                        "outputs of shapes " + x.shape() + " and " + y.shape() + " cannot be the same");
            }
            double[] left = x.toDoubles();
            double[] right = y.toDoubles();
            double largest = 0;
            for (int i = 0; i < left.length; i++) {
                largest = Math.max(largest, Math.abs(left[i] - right[i])); // max passes NaN on
            }
            return largest;
        }
    }
}
