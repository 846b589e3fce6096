package org.espalier.prune.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;

/**
 * Makes every mask: in each layer the units in stable ascending order of their scores, the first k go. So of equal scores
 * the lower index goes first, and counts are exact whatever the ties. Units that were gone before stay gone.
 */
public final class MaskBuilder {
    private MaskBuilder() {}

    /**
     * Masks that keep as many units as the quota says, or all that are left where the quota wants more.
     *
     * @throws IllegalArgumentException if the quota is not one of these candidates
     */
    public static Masks build(Candidates candidates, Quota quota) {
        List<CandidateLayer> layers = candidates.layers();
        Map<String, Mask> masks = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            CandidateLayer layer = layers.get(i);
            if (quota.layers().size() != layers.size() || !quota.layers().get(i).name().equals(layer.name())) {
                throw new IllegalArgumentException("the quota " + quota + " was not made for " + layers);
            }
            masks.put(layer.parameter(), build(layer, quota.layers().get(i).units().kept()));
        }
        return Masks.of(masks);
    }

    private static Mask build(CandidateLayer layer, long kept) {
        int remove = layer.toRemove(kept);
        Shape shape = layer.mask().shape();
        BitSet bits = layer.mask().toBits();
        if (remove > 0) {
            int unitSize = layer.granularity().unitSize(shape);
            Cut cut = Cut.of(layer.aliveScores(), remove);
            int tiesToRemove = cut.tiesBelow();
            for (int unit = 0; unit < layer.units(); unit++) {
                double score = layer.score(unit);
                boolean tie = layer.isAlive(unit) && score == cut.score();
                if (layer.isAlive(unit) && score < cut.score() || tie && tiesToRemove-- > 0) {
                    bits.clear(unit * unitSize, (unit + 1) * unitSize);
                }
            }
        }
        return Mask.of(shape, bits);
    }

    /**
     * Counts how many units each layer keeps when all compete in one order by (score, layer, index) and the lowest go.
     *
     * @param kept units that stay, over all layers; at most those that are left
     * @return one count a layer
     */
    public static long[] globalCounts(Candidates candidates, long kept) {
        List<CandidateLayer> layers = candidates.layers();
        double[] all = layers.stream().flatMapToDouble(layer -> Arrays.stream(layer.aliveScores())).toArray();
        int remove = (int) Math.max(0, all.length - kept);
        long[] counts = layers.stream().mapToLong(CandidateLayer::aliveUnits).toArray();
        if (remove == 0) {
            return counts;
        }
        Cut cut = Cut.of(all, remove);
        int tiesToRemove = cut.tiesBelow();
        for (int i = 0; i < counts.length; i++) {
            for (double score : layers.get(i).aliveScores()) {
                if (score < cut.score() || score == cut.score() && tiesToRemove-- > 0) {
                    counts[i]--;
                }
            }
        }
        return counts;
    }

    /**
     * Where the first k of a stable ascending order end, without sorting pairs: everything below {@code score} goes, and
     * of those equal to it the first {@code tiesBelow}.
     */
    private record Cut(double score, int tiesBelow) {
        /** @param scores in any order; sorted in place */
        static Cut of(double[] scores, int remove) {
            Arrays.sort(scores); // no -0 among them, which this order would put before +0
            double last = scores[remove - 1];
            int below = 0;
            while (scores[below] < last) {
                below++;
            }
            return new Cut(last, remove - below);
        }
    }
}
