package org.espalier.prune.allocate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.espalier.prune.mask.CandidateLayer;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.mask.Quota;
import org.espalier.prune.sparsity.Sparsity;

/**
 * Han et al. 2015, section 3: in each layer weights below q times the standard deviation of the layer's weights go, those
 * at the threshold stay. The deviation is the population's, around the mean. Each step of a schedule applies the same q
 * anew to what is left, so the schedule's shares do not matter.
 *
 * @param q for layers not named in {@code layers}; 0 removes nothing
 * @param layers q by layer
 * @param over which weights the deviation is of
 */
public record StdThreshold(double q, SortedMap<String, Double> layers, Over over) implements Allocation {
    /** Which weights of a layer count in its deviation. */
    public enum Over {
        /** Those that are left. Removed zeros would shrink the deviation and stall iterative pruning. */
        SURVIVING,
        /** All, removed ones as zeros. The same at the first step. */
        ALL
    }

    public StdThreshold {
        layers = LayerValues.copy(layers);
        requireQ("every layer", q);
        layers.forEach((layer, value) -> requireQ("layer '" + layer + "'", value));
    }

    /** The same q in every layer, over the surviving weights. */
    public StdThreshold(double q) {
        this(q, new TreeMap<>(), Over.SURVIVING);
    }

    /**
     * Reads {@code fc1=1.75,fc2=1.7}; layers not named keep everything.
     *
     * @throws IllegalArgumentException saying which part does not fit
     */
    public static StdThreshold parse(String text) {
        return new StdThreshold(0, LayerValues.parse(text), Over.SURVIVING);
    }

    private static void requireQ(String where, double q) {
        if (!(q >= 0)) {
            throw new IllegalArgumentException(where + " wants a quality parameter of at least 0, got " + q);
        }
    }

    /** @throws IllegalArgumentException if a q names no layer with weights, or units are not single weights */
    @Override
    public Quota allocate(Candidates candidates, DoubleUnaryOperator stage) {
        candidates.requireLayers(layers.keySet());
        List<Quota.Layer> quotas = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            quotas.add(quota(layer));
        }
        return new Quota(quotas);
    }

    private Quota.Layer quota(CandidateLayer layer) {
        if (layer.granularity() != Granularity.WEIGHT) {
            throw new IllegalArgumentException(
                    "a threshold on the deviation of weights prunes single weights, not " + layer.granularity());
        }
        double[] surviving = layer.survivingWeights();
        double sigma = QualityParameter.deviation(
                switch (over) {
                    case SURVIVING -> surviving;
                    case ALL -> layer.allWeights();
                });
        double threshold = layers.getOrDefault(layer.name(), q) * sigma;
        long kept = 0;
        for (double weight : surviving) {
            if (!(Math.abs(weight) < threshold)) {
                kept++;
            }
        }
        return new Quota.Layer(layer.name(), new Sparsity(kept, layer.units()), OptionalDouble.of(threshold));
    }
}
