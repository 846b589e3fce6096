package org.espalier.prune.mask;

import org.espalier.tensor.shape.Shape;

/** What is kept or removed as one: a unit. Units of a weight are numbered in logical order. */
public enum Granularity {
    /** Each weight by itself. */
    WEIGHT {
        @Override
        int unitSize(Shape weight) {
            return 1;
        }
    },
    /** All weights into one output channel; its score is the sum of theirs. */
    OUTPUT_CHANNEL {
        @Override
        int unitSize(Shape weight) {
            return weight.size() / Math.max(1, weight.axis(0));
        }
    };

    /** Neighbouring weights that make a unit. */
    abstract int unitSize(Shape weight);
}
