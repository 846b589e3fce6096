package org.espalier.nn.train;

import org.espalier.nn.model.Model;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;

/** Measures a model on data: top-1, top-5 and mean cross-entropy. */
public final class Evaluator {
    private Evaluator() {}

    /**
     * Runs all samples of {@code data} through the model in evaluation mode.
     *
     * @throws IllegalArgumentException if the data don't fit the network, or a label is no output's number
     */
    public static Evaluation evaluate(Model model, BatchSource data) {
        Fit.require(model.network(), data);
        long top1 = 0;
        long top5 = 0;
        long count = 0;
        double loss = 0;
        try (BatchCursor cursor = data.open(0, 0)) {
            for (Batch batch = cursor.next(); batch != null; batch = cursor.next()) {
                Fit.requireLabels(model.network(), batch);
                try (Scope scope = model.backend().scope()) {
                    Tensor logits = model.predict(Tensor.of(model.backend(), batch.shape(), batch.inputs()));
                    Tensor labels = Tensor.of(model.backend(), Shape.of(batch.count()), batch.labels());
                    loss += Tensor.apply(new Fused.CrossEntropy(0), logits, labels).get(0).item() * batch.count();
                    top1 += right(logits, batch, 1);
                    top5 += right(logits, batch, 5);
                    count += batch.count();
                }
            }
        }
        return new Evaluation(count, top1, top5, loss / count);
    }

    /**
     * Number of samples whose label is among the {@code k} largest logits. Of equal logits the lower class goes first; a
     * NaN never counts as right.
     */
    static long right(Tensor logits, Batch batch, int k) {
        float[] values = logits.toFloats();
        int classes = logits.shape().axis(1);
        long right = 0;
        for (int i = 0; i < batch.count(); i++) {
            int label = batch.labels()[i];
            float own = values[i * classes + label];
            int before = 0;
            for (int c = 0; c < classes; c++) {
                float other = values[i * classes + c];
                if (!(other < own) && c != label && !(other == own && c > label)) {
                    before++;
                }
            }
            if (before < k && !Float.isNaN(own)) {
                right++;
            }
        }
        return right;
    }

    /**
     * What an evaluation found.
     *
     * @param count samples
     * @param right1 samples whose label has the largest logit
     * @param right5 samples whose label is among the five largest
     * @param loss mean cross-entropy
     */
    public record Evaluation(long count, long right1, long right5, double loss) {
        /** Share of right answers, 0 to 1. */
        public double top1() {
            return (double) right1 / count;
        }

        /** Share of labels among the five largest logits. */
        public double top5() {
            return (double) right5 / count;
        }

        /** 100 (1 - top-1), in per cent, as papers print it. */
        public double errorPercent() {
            return 100.0 * (count - right1) / count;
        }
    }
}
