package org.espalier.prune.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.prune.score.Scores;

/**
 * Everything that pruning chooses among, one {@link CandidateLayer} for each weight of the model in the network's order.
 * What earlier steps removed is no candidate any more.
 */
public final class Candidates {
    private final List<CandidateLayer> layers;

    private Candidates(List<CandidateLayer> layers) {
        this.layers = List.copyOf(layers);
    }

    /**
     * Copies weights and masks to the host.
     *
     * @throws IllegalArgumentException if a weight has no scores, or not one for each entry
     */
    public static Candidates of(Model model, Scores scores, Granularity granularity) {
        List<CandidateLayer> layers = new ArrayList<>();
        List<Parameter> weights = model.weights();
        try (var _ = model.backend().scope()) {
            for (Parameter weight : weights) {
                layers.add(new CandidateLayer(
                        label(weight, weights),
                        weight.name(),
                        granularity,
                        weight.storage().mask(),
                        weight.value().toDoubles(),
                        scores.of(weight.name())));
            }
        }
        return new Candidates(layers);
    }

    private static String label(Parameter weight, List<Parameter> all) {
        String layer = layerOf(weight);
        long siblings = all.stream().filter(other -> layerOf(other).equals(layer)).count();
        return siblings == 1 ? layer : weight.name();
    }

    private static String layerOf(Parameter weight) {
        return weight.name().substring(0, weight.name().length() - weight.spec().name().length() - 1);
    }

    public List<CandidateLayer> layers() {
        return layers;
    }

    /** Units of all layers, removed ones included. */
    public long units() {
        return layers.stream().mapToLong(CandidateLayer::units).sum();
    }

    /**
     * Refuses names that are no layer's.
     *
     * @throws IllegalArgumentException naming the first such name and listing the layers
     */
    public void requireLayers(Iterable<String> names) {
        List<String> known = layers.stream().map(CandidateLayer::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("there is no layer '" + name + "' with weights; there are "
                        + known.stream().collect(Collectors.joining(", ")));
            }
        }
    }
}
