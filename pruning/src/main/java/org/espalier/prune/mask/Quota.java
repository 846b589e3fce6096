package org.espalier.prune.mask;

import java.util.List;
import java.util.OptionalDouble;
import org.espalier.prune.sparsity.Sparsity;

/**
 * How many units each layer keeps, in the network's order.
 *
 * @param layers one entry a layer of the {@link Candidates} it was made for
 */
public record Quota(List<Layer> layers) {
    public Quota {
        layers = List.copyOf(layers);
    }

    /**
     * One layer's share.
     *
     * @param name as the candidate layer's
     * @param units kept and all units
     * @param threshold the magnitude below which weights go, where the allocation works with one
     */
    public record Layer(String name, Sparsity units, OptionalDouble threshold) {
        /** A count alone. */
        public static Layer of(CandidateLayer layer, Sparsity units) {
            return new Layer(layer.name(), units, OptionalDouble.empty());
        }
    }
}
