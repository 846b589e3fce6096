package org.espalier.prune.allocate;

import java.util.function.DoubleUnaryOperator;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.Quota;

/**
 * Shares out what is kept among the layers. A value (best a record), so that a method that uses it can be compared and
 * hashed.
 */
public interface Allocation {
    /**
     * How many units each layer keeps after one step.
     *
     * @param candidates the layers with their scores
     * @param stage from the share that is kept in the end to the share kept at this step, as the schedule has it; the
     *     identity at the last step
     * @return one entry a layer, in the candidates' order
     * @throws IllegalArgumentException if the wish does not fit these layers, naming the layer
     */
    Quota allocate(Candidates candidates, DoubleUnaryOperator stage);
}
