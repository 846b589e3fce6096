package org.espalier.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Learning rates against the numbers of the papers and against arithmetic by hand. */
final class LearningRateTest {
    private static void close(double expected, double actual) {
        assertEquals(expected, actual, 1e-9 * Math.abs(expected));
    }

    /**
     * CHIP's CIFAR preset, rate 0.01, 300 epochs of 391 steps, 5 of warm-up: computed from
     * 0.5 lr0 (1 + cos(pi (e - 5) / (E - 5))), times (1 + i + e n) / (5 n) while e is below 5.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 5.111464694825e-06",
        "4, 390, 0.009999716474831",
        "5, 0, 0.01",
        "152, 17, 0.005026623540747",
        "299, 390, 2.835251687594e-07"
    })
    void cosineWithWarmUpIsThatOfChip(int epoch, int step, double expected) {
        close(expected, new LearningRate.Cosine(0.01, 5).at(epoch * 391L + step, 391, 300));
    }

    @Test
    void cosineWithoutWarmUpStartsAtTheRate() {
        LearningRate cosine = new LearningRate.Cosine(0.1, 0);
        close(0.1, cosine.at(0, 10, 4));
        close(0.05, cosine.at(20, 10, 4));
        close(0.05, cosine.at(29, 10, 4));
    }

    @Test
    void cosineNeedsEpochsAfterItsWarmUp() {
        LearningRate cosine = new LearningRate.Cosine(0.1, 5);
        assertEquals("a cosine rate with 5 epochs of warm-up needs more epochs than that, got 5",
                assertThrows(IllegalArgumentException.class, () -> cosine.at(0, 10, 5)).getMessage());
    }

    /** Caffe's LeNet solver: 0.01 (1 + 1e-4 iter)^-0.75. */
    @Test
    void invIsThatOfCaffe() {
        LearningRate inv = new LearningRate.Inv(0.01, 1e-4, 0.75);
        assertEquals(0.01, inv.at(0, 938, 10));
        close(0.01 / Math.pow(2, 0.75), inv.at(10_000, 938, 11));
        close(0.01 * Math.exp(-0.75 * Math.log(1.5)), inv.at(5_000, 938, 11));
    }

    /** At 50 % and 75 % of 15 epochs: 7.5 and 11.25, whole epochs 8 and 11. */
    @Test
    void multiStepFallsAtWholeEpochs() {
        LearningRate rate = new LearningRate.MultiStep(0.1, 0.1, List.of(0.5, 0.75));
        int steps = 938;
        close(0.1, rate.at(0, steps, 15));
        close(0.1, rate.at(8L * steps - 1, steps, 15));
        close(0.01, rate.at(8L * steps, steps, 15));
        close(0.01, rate.at(11L * steps - 1, steps, 15));
        close(0.001, rate.at(11L * steps, steps, 15));
        close(0.001, rate.at(15L * steps - 1, steps, 15));
        close(0.1, rate.at(5L * steps - 1, steps, 10));
        close(0.01, rate.at(5L * steps, steps, 10));
    }

    @Test
    void stepFallsEverySoManyEpochs() {
        LearningRate rate = new LearningRate.Step(0.5, 0.5, 3);
        assertEquals(0.5, rate.at(3 * 7 - 1, 7, 10));
        assertEquals(0.25, rate.at(3 * 7, 7, 10));
        assertEquals(0.0625, rate.at(9 * 7, 7, 10));
        assertThrows(IllegalArgumentException.class, () -> new LearningRate.Step(0.5, 0.5, 0));
    }

    @Test
    void constantIsConstant() {
        assertEquals(0.3, new LearningRate.Constant(0.3).at(12345, 7, 10));
    }

    /** PyTorch 2: OneCycleLR(SGD(lr=1), max_lr=0.4, total_steps=10), its documented formula by hand with pct_start=0.3. */
    @Test
    void oneCycleRisesToItsPeakAndFallsToNothing() {
        LearningRate cycle = new LearningRate.OneCycle(0.4, 0.3);
        close(0.016, cycle.at(0, 5, 2));
        close(0.4 - 0.384 / 2, cycle.at(1, 5, 2)); // half way up: the top is step 2
        close(0.4, cycle.at(2, 5, 2));
        close(1.6e-6, cycle.at(9, 5, 2));
        close((0.4 + 1.6e-6) / 2, new LearningRate.OneCycle(0.4, 0.2).at(5, 5, 2)); // half way down from step 1 to 9
        assertThrows(IllegalArgumentException.class, () -> new LearningRate.OneCycle(0.4, 1.1));
    }

    @Test
    void scaledIsThatManyTimesTheOtherAtEveryStep() {
        LearningRate scaled = new LearningRate.Scaled(new LearningRate.MultiStep(0.1, 0.1, List.of(0.5)), 0.01);
        close(1e-3, scaled.at(0, 10, 4));
        close(1e-4, scaled.at(20, 10, 4));
        assertThrows(IllegalArgumentException.class, () -> new LearningRate.Scaled(new LearningRate.Constant(1), 0));
    }
}
