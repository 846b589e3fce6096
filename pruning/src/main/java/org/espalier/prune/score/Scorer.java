package org.espalier.prune.score;

/**
 * A criterion of importance: a number for each weight, the lowest being pruned first. A value (best a record), so that a
 * method that uses it can be compared and hashed.
 */
public interface Scorer {
    /**
     * One score for each entry of each weight of {@code context.model()}, in logical order. Scores of weights that are
     * already removed are not looked at.
     */
    Scores score(ScoringContext context);
}
