package org.espalier.prune.allocate;

import java.util.List;
import java.util.SortedMap;
import java.util.function.DoubleUnaryOperator;
import org.espalier.prune.mask.CandidateLayer;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.Quota;
import org.espalier.prune.sparsity.Sparsity;

/**
 * A given share in each layer, as printed in tables 2 to 5 of Han et al. 2015; the count is
 * {@link Sparsity#ofKeptShare}. Layers without a share keep everything.
 *
 * @param shares share kept in the end, by layer, each in 0..1
 */
public record KeepFractions(SortedMap<String, Double> shares) implements Allocation {
    public KeepFractions {
        shares = LayerValues.copy(shares);
        shares.forEach((layer, share) -> {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("layer '" + layer + "' wants a kept share in 0..1, got " + share);
            }
        });
    }

    /**
     * Reads {@code fc1=0.08,fc2=0.09}.
     *
     * @throws IllegalArgumentException saying which part does not fit
     */
    public static KeepFractions parse(String text) {
        return new KeepFractions(LayerValues.parse(text));
    }

    /** @throws IllegalArgumentException if a share names no layer with weights, listing those there are */
    @Override
    public Quota allocate(Candidates candidates, DoubleUnaryOperator stage) {
        candidates.requireLayers(shares.keySet());
        List<Quota.Layer> layers =
                candidates.layers().stream().map(layer -> quota(layer, stage)).toList();
        return new Quota(layers);
    }

    private Quota.Layer quota(CandidateLayer layer, DoubleUnaryOperator stage) {
        Double share = shares.get(layer.name());
        return Quota.Layer.of(
                layer,
                share == null
                        ? Sparsity.dense(layer.units())
                        : Sparsity.ofKeptShare(stage.applyAsDouble(share), layer.units()));
    }
}
