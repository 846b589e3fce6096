package org.espalier.experiments.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;

/**
 * How a run went, read from its events. Errors are in per cent.
 *
 * @param epochs the ends of its epochs, in order
 * @param prunes its prune steps, in order; none for a dense run
 */
public record TrainingCurve(List<Epoch> epochs, List<Prune> prunes) {
    public TrainingCurve {
        epochs = List.copyOf(epochs);
        prunes = List.copyOf(prunes);
    }

    /**
     * The end of an epoch.
     *
     * @param count epochs so far, over all prune steps, this one included
     * @param step the prune step that is retrained; 0 for the dense training
     * @param rate learning rate
     * @param loss mean over its batches
     * @param trainError while the weights were changing
     * @param testError after it
     */
    public record Epoch(int count, int step, double rate, double loss, double trainError, double testError) {}

    /**
     * A prune step.
     *
     * @param step from 1
     * @param after epochs before it
     * @param kept weights left
     * @param weights all weights
     * @param testError right after it, before any retraining
     */
    public record Prune(int step, int after, long kept, long weights, double testError) {}

    /**
     * The curve of a run so far; empty if it never began.
     *
     * @throws org.espalier.nn.io.BadFileException if its events are no JSON
     * @throws UsageException if they were not written by this version of the program
     */
    public static TrainingCurve of(RunStore store, RunId id) {
        List<Epoch> epochs = new ArrayList<>();
        List<Prune> prunes = new ArrayList<>();
        for (JsonNode event : store.events(id)) {
            switch (event.path("event").asText()) {
                case "epoch" -> epochs.add(new Epoch(
                        epochs.size() + 1,
                        (int) number(id, event, "step"),
                        number(id, event, "rate"),
                        number(id, event, "loss"),
                        error(id, event, "trainAccuracy"),
                        error(id, event, "testAccuracy")));
                case "prune" -> prunes.add(new Prune(
                        (int) number(id, event, "step"),
                        epochs.size(),
                        (long) number(id, event, "kept"),
                        (long) number(id, event, "weights"),
                        error(id, event, "testAccuracy")));
                default -> {
                    // Other things happen in runs too; they are no part of the curve.
                }
            }
        }
        return new TrainingCurve(epochs, prunes);
    }

    /**
     * Test error, in per cent, at the end of each prune step: after its retraining, or right after the prune where nothing
     * was retrained.
     */
    public List<Double> stepErrors() {
        return prunes.stream()
                .map(prune -> epochs.stream()
                        .filter(epoch -> epoch.step() == prune.step())
                        .reduce((_, last) -> last)
                        .map(Epoch::testError)
                        .orElse(prune.testError()))
                .toList();
    }

    private static double error(RunId id, JsonNode event, String accuracy) {
        return 100 * (1 - number(id, event, accuracy));
    }

    private static double number(RunId id, JsonNode event, String name) {
        if (!event.path(name).isNumber()) {
            throw new UsageException("an event of run " + id + " has no number '" + name
                    + "'; remove its folder to run it again");
        }
        return event.get(name).asDouble();
    }
}
