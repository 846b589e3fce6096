package org.espalier.prune.score;

import java.util.Optional;
import org.espalier.nn.model.Model;
import org.espalier.tensor.feed.BatchSource;

/**
 * What a scorer may look at.
 *
 * @param model the model to score; scorers leave it as it is
 * @param data training batches, for scorers that need gradients
 * @param seed key of all random choices
 */
public record ScoringContext(Model model, Optional<BatchSource> data, long seed) {
    /** Without data. */
    public static ScoringContext of(Model model) {
        return new ScoringContext(model, Optional.empty(), 0);
    }

    /** With training batches. */
    public static ScoringContext of(Model model, BatchSource data, long seed) {
        return new ScoringContext(model, Optional.of(data), seed);
    }

    /**
     * The training batches.
     *
     * @throws IllegalStateException if there are none, naming the scorer
     */
    public BatchSource requireData(Scorer scorer) {
        return data.orElseThrow(
                () -> new IllegalStateException(scorer + " scores weights by their gradients and needs training data"));
    }
}
