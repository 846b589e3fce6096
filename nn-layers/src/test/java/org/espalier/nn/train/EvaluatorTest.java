package org.espalier.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.espalier.nn.Toy;
import org.espalier.nn.model.Model;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Right answers counted by hand; ties, NaN and few classes. */
final class EvaluatorTest {
    private static final Backend CPU = Backends.open("cpu");

    @AfterAll
    static void close() {
        CPU.close();
    }

    private static long right(int k, int label, float... logits) {
        Batch batch = new Batch(new float[1], new int[] {label}, Shape.of(1, 1));
        return Evaluator.right(Tensor.of(CPU, Shape.of(1, logits.length), logits), batch, k);
    }

    @Test
    void theLargestLogitIsTheAnswer() {
        assertEquals(1, right(1, 2, 0, 1, 3, 2));
        assertEquals(0, right(1, 3, 0, 1, 3, 2));
        assertEquals(1, right(2, 3, 0, 1, 3, 2));
        assertEquals(0, right(2, 1, 0, 1, 3, 2));
    }

    @Test
    void ofEqualLogitsTheLowerClassGoesFirst() {
        assertEquals(1, right(1, 0, 5, 5, 5));
        assertEquals(0, right(1, 1, 5, 5, 5));
        assertEquals(1, right(2, 1, 5, 5, 5));
        assertEquals(0, right(2, 2, 5, 5, 5));
    }

    @Test
    void aNaNIsNeverRightAndStandsBeforeEveryNumber() {
        assertEquals(0, right(5, 0, Float.NaN, 1));
        assertEquals(0, right(1, 1, Float.NaN, 1));
        assertEquals(1, right(2, 1, Float.NaN, 1));
    }

    @Test
    void amongFiveOfFewerThanFiveEveryAnswerIsRight() {
        assertEquals(1, right(5, 3, 4, 3, 2, 1));
    }

    @Test
    void manySamplesCountOneByOne() {
        Batch batch = new Batch(new float[3], new int[] {0, 1, 1}, Shape.of(3, 1));
        assertEquals(2, Evaluator.right(Tensor.of(CPU, Shape.of(3, 2), 1f, 0f, 0f, 1f, 1f, 0f), batch, 1));
    }

    @Test
    void sharesAndErrorsFollowFromTheCounts() {
        var evaluation = new Evaluator.Evaluation(10_000, 9_836, 9_990, 0.1);
        assertEquals(0.9836, evaluation.top1());
        assertEquals(0.999, evaluation.top5());
        assertEquals(1.64, evaluation.errorPercent(), 1e-12);
    }

    /** The mean over samples, whatever the batches: the last one is smaller. */
    @Test
    void theBatchSizeDoesNotChangeTheResult() {
        try (Model model = Model.initialise(Toy.network(), CPU, 1)) {
            var whole = Evaluator.evaluate(model, new Toy(50, 50, 7));
            var parts = Evaluator.evaluate(model, new Toy(50, 16, 7));
            assertEquals(50, parts.count());
            assertEquals(whole.right1(), parts.right1());
            assertEquals(50, parts.right5());
            assertEquals(whole.loss(), parts.loss(), 1e-6);
        }
    }
}
