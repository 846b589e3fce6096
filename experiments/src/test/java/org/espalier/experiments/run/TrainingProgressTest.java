package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.espalier.experiments.run.TrainingProgress.Plan;
import org.junit.jupiter.api.Test;

final class TrainingProgressTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    private long nanos;

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }

    /** 10 epochs of 1,000 images. After 6 s and 3,000 images: 500 images/s, and 7,000 more take 14 s. */
    @Test
    void plainLinesComeEveryFiveSecondsAndAtTheEnd() {
        try (PlainProgress progress = new PlainProgress(new Plan("lenet5", 10, 1000, 0), out, () -> nanos)) {
            nanos = seconds(4.9);
            progress.step(2000, 0.5, 0.9);
            assertEquals(List.of(), lines());
            nanos = seconds(6);
            progress.step(1000, 0.25, 0.95);
            nanos = seconds(10.9);
            progress.step(1, 0.2, 0.96);
            assertEquals(
                    List.of("lenet5: epoch 3 of 10, loss 0.2500, accuracy 95.00 %, 500 images/s, 0:00:14 left"),
                    lines());
            nanos = seconds(20);
        }
        assertEquals(2, lines().size());
        assertEquals(
                "lenet5: epoch 4 of 10, loss 0.2000, accuracy 96.00 %, 150 images/s, 0:00:47 left", lines().get(1));
    }

    @Test
    void theEndIsNotPrintedTwice() {
        try (PlainProgress progress = new PlainProgress(new Plan("a", 1, 10, 0), out, () -> nanos)) {
            nanos = seconds(5);
            progress.step(10, 1, Double.NaN);
        }
        assertEquals(List.of("a: epoch 1 of 1, loss 1.0000, 2 images/s, 0:00:00 left"), lines());
    }

    /** 8,000 of 10,000 were done before; 1,000 in 10 s are 100 images/s, whatever was done before. */
    @Test
    void whatWasDoneBeforeDoesNotCountForTheSpeed() {
        try (PlainProgress progress = new PlainProgress(new Plan("a", 10, 1000, 8000), out, () -> nanos)) {
            nanos = seconds(10);
            progress.step(1000, 1, 0.5);
        }
        assertEquals(List.of("a: epoch 9 of 10, loss 1.0000, accuracy 50.00 %, 100 images/s, 0:00:10 left"), lines());
    }

    @Test
    void noTimeNoPace() {
        try (PlainProgress progress = new PlainProgress(new Plan("a", 1, 10, 0), out, () -> nanos)) {
            progress.step(5, 1, 0.5);
        }
        assertEquals(List.of("a: epoch 1 of 1, loss 1.0000, accuracy 50.00 %"), lines());
    }

    @Test
    void theBarShowsTheFigures() {
        try (BarProgress progress = new BarProgress(new Plan("lenet5", 2, 1000, 500), out)) {
            progress.step(1500, 0.125, 0.75);
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("lenet5") && text.contains("100%") && text.contains("2000/2000 images"), text);
    }

    /** Tests run without a terminal. */
    @Test
    void linesWhereThereIsNoTerminal() {
        assertInstanceOf(PlainProgress.class, TrainingProgress.start(new Plan("a", 1, 1, 0)));
    }
}
