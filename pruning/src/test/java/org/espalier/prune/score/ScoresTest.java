package org.espalier.prune.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.prune.TestModels;
import org.junit.jupiter.api.Test;

class ScoresTest {

    @Test
    void nanIsAnErrorThatNamesWeightAndIndex() {
        var error = assertThrows(
                IllegalArgumentException.class, () -> Scores.of(Map.of("fc1.weight", new double[] {1, 2, Double.NaN})));
        assertEquals("score 2 of 'fc1.weight' is NaN", error.getMessage());
    }

    @Test
    void keepsItsOwnCopies() {
        double[] given = {1, 2};
        Scores scores = Scores.of(Map.of("a", given));
        given[0] = 9;
        scores.of("a")[1] = 9;
        assertArrayEquals(new double[] {1, 2}, scores.of("a"));
        assertThrows(IllegalArgumentException.class, () -> scores.of("b"));
    }

    @Test
    void magnitudeIsTheAbsoluteValueInLogicalOrder() {
        Model model = TestModels.single(new double[] {-3, 0.5}, new double[] {-0.0, 2});
        assertArrayEquals(new double[] {3, 0.5, 0, 2},
                new Magnitude().score(ScoringContext.of(model)).of("fc1.weight"));
    }

    @Test
    void aNanWeightIsNamed() {
        Model model = TestModels.single(new double[] {1, Double.NaN});
        var error = assertThrows(IllegalArgumentException.class, () -> new Magnitude().score(ScoringContext.of(model)));
        assertEquals("score 1 of 'fc1.weight' is NaN", error.getMessage());
    }

    @Test
    void missingDataIsSaidByName() {
        Model model = TestModels.single(new double[] {1});
        var error =
                assertThrows(IllegalStateException.class, () -> ScoringContext.of(model).requireData(new Magnitude()));
        assertTrue(error.getMessage().startsWith("Magnitude[]"), error.getMessage());
    }
}
