package org.espalier.prune.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.espalier.prune.mask.CandidateLayer;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.Quota;
import org.espalier.prune.sparsity.LargestRemainder;
import org.espalier.prune.sparsity.Sparsity;

/**
 * The same share in every layer, n K/N, rounded by largest remainder.
 *
 * @param compression total/kept in the end, at least 1
 */
public record Uniform(double compression) implements Allocation {
    public Uniform {
        Sparsity.requireCompression(compression);
    }

    @Override
    public Quota allocate(Candidates candidates, DoubleUnaryOperator stage) {
        long total = candidates.units();
        long kept = Global.wish(compression, total, stage).kept();
        List<Double> quotas = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            quotas.add((double) layer.units() * kept / Math.max(1, total));
            totals.add((long) layer.units());
        }
        List<Sparsity> shares = LargestRemainder.share(quotas, totals, kept);
        List<Quota.Layer> layers = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            layers.add(Quota.Layer.of(layer, shares.get(layers.size())));
        }
        return new Quota(layers);
    }
}
