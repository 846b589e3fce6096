package org.espalier.prune.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.espalier.prune.mask.CandidateLayer;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.MaskBuilder;
import org.espalier.prune.mask.Quota;
import org.espalier.prune.sparsity.Sparsity;

/**
 * All layers compete: the lowest scores of the whole network go, wherever they are. A layer may end up empty.
 *
 * @param compression total/kept in the end, at least 1
 */
public record Global(double compression) implements Allocation {
    public Global {
        Sparsity.requireCompression(compression);
    }

    @Override
    public Quota allocate(Candidates candidates, DoubleUnaryOperator stage) {
        long[] counts = MaskBuilder.globalCounts(candidates, wish(compression, candidates.units(), stage).kept());
        List<Quota.Layer> layers = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            layers.add(Quota.Layer.of(layer, new Sparsity(counts[layers.size()], layer.units())));
        }
        return new Quota(layers);
    }

    /** What a compression leaves at a step; at the last step not by way of its inverse, which rounds. */
    static Sparsity wish(double compression, long units, DoubleUnaryOperator stage) {
        double last = 1 / compression;
        double now = stage.applyAsDouble(last);
        return Sparsity.ofCompression(now == last ? compression : 1 / now, units);
    }
}
