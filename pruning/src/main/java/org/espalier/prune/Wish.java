package org.espalier.prune;

import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.allocate.StdThreshold;
import org.espalier.prune.sparsity.Sparsity;

/** How much of a network is to go, as someone asks for it; a {@link NamedMethod} makes an allocation of it. */
public sealed interface Wish {
    /** A share for each layer. */
    record Shares(KeepFractions shares) implements Wish {}

    /** A threshold for each layer, in standard deviations of its weights. */
    record Quality(StdThreshold threshold) implements Wish {}

    /**
     * So much in all, whatever the layers.
     *
     * @param compression total/kept, at least 1
     */
    record Whole(double compression) implements Wish {
        public Whole {
            Sparsity.requireCompression(compression);
        }
    }
}
