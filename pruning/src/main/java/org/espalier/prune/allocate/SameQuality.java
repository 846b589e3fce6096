package org.espalier.prune.allocate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.espalier.prune.mask.CandidateLayer;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.mask.Quota;
import org.espalier.prune.sparsity.Sparsity;

/**
 * The rule of Han et al. 2015 with one quality parameter q for the whole network, chosen so that as much is left as is
 * wished: in each layer weights below q standard deviations of those that are left go. The count is exact: where weights of
 * equal |w|/deviation stand at the cut, those of earlier layers go first. A layer whose weights are all equal has no
 * deviation and keeps everything.
 *
 * @param compression total/kept in the end, at least 1
 */
public record SameQuality(double compression) implements Allocation {
    public SameQuality {
        Sparsity.requireCompression(compression);
    }

    /** @throws IllegalArgumentException if units are not single weights */
    @Override
    public Quota allocate(Candidates candidates, DoubleUnaryOperator stage) {
        long kept = Global.wish(compression, candidates.units(), stage).kept();
        List<double[]> scaled = candidates.layers().stream().map(SameQuality::deviations).toList();
        double[] all = scaled.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        int remove = (int) Math.max(0, all.length - kept);
        double cut = remove == 0 ? Double.NEGATIVE_INFINITY : all[remove - 1];
        int ties = remove - (int) Arrays.stream(all).takeWhile(value -> value < cut).count();
        double q = remove == 0 ? 0 : remove == all.length ? Math.nextUp(cut) : all[remove];
        List<Quota.Layer> layers = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            double[] values = scaled.get(layers.size());
            int equal = (int) Math.min(ties, Arrays.stream(values).filter(value -> value == cut).count());
            ties -= equal;
            long below = Arrays.stream(values).filter(value -> value < cut).count() + equal;
            layers.add(new Quota.Layer(layer.name(), new Sparsity(values.length - below, layer.units()),
                    OptionalDouble.of(q * QualityParameter.deviation(layer.survivingWeights()))));
        }
        return new Quota(layers);
    }

    /** Scores of what is left, in deviations of the layer's weights. */
    private static double[] deviations(CandidateLayer layer) {
        if (layer.granularity() != Granularity.WEIGHT) {
            throw new IllegalArgumentException(
                    "a threshold on the deviation of weights prunes single weights, not " + layer.granularity());
        }
        double deviation = QualityParameter.deviation(layer.survivingWeights());
        double[] scores = layer.aliveScores();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = deviation > 0 ? scores[i] / deviation : Double.POSITIVE_INFINITY;
        }
        return scores;
    }
}
