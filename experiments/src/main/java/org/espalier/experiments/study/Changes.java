package org.espalier.experiments.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.engine.Experiment;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.allocate.KeepFractions;

/**
 * What was asked for otherwise than a study has it of itself. All of it belongs to the identity of the runs.
 *
 * @param keep shares of weights kept in the end, by layer, by network; layers not named keep the study's
 * @param normalise name of the preprocessing; empty for the study's own
 */
public record Changes(SortedMap<String, SortedMap<String, Double>> keep, String normalise) {
    /** The study as it is. */
    public static final Changes NONE = new Changes(new TreeMap<>(), "");

    public Changes {
        SortedMap<String, SortedMap<String, Double>> copy = new TreeMap<>();
        keep.forEach((network, shares) -> copy.put(network, Collections.unmodifiableSortedMap(new TreeMap<>(shares))));
        copy.values().removeIf(Map::isEmpty);
        keep = Collections.unmodifiableSortedMap(copy);
    }

    /**
     * What is really changed: what the study has anyway is left out.
     *
     * @param own the study's experiments without changes
     * @param keep what was asked for, by layer, by network
     * @param normalise what was asked for
     */
    public static Changes of(
            List<Experiment> own,
            SortedMap<String, SortedMap<String, Double>> keep,
            Optional<Preprocessing> normalise) {
        Preprocessing before = own.getFirst().data().preprocessing();
        return new Changes(
                KeptShares.of(own).differing(keep),
                normalise.filter(asked -> !asked.equals(before) && !asked.equals(before.asTheSetFrames()))
                        .map(Preprocessing::name).orElse(""));
    }

    /** The same with other shares for one network. */
    public Changes with(String network, SortedMap<String, Double> shares) {
        SortedMap<String, SortedMap<String, Double>> others = new TreeMap<>(keep);
        others.put(network, shares);
        return new Changes(others, normalise);
    }

    /** The preprocessing: what was asked for, else the study's own. */
    public Preprocessing preprocessing(Preprocessing own) {
        return normalise.isEmpty() ? own : Preprocessing.named(normalise);
    }

    /** What was asked for of a network's layers; empty where nothing was. */
    public SortedMap<String, Double> keep(String network) {
        return keep.getOrDefault(network, Collections.emptySortedMap());
    }

    /** The method for a network: with what was asked for, in the other layers the study's own. */
    public PruningMethod method(String network, PruningMethod own) {
        if (keep(network).isEmpty() || !(own.allocation() instanceof KeepFractions fractions)) {
            return own;
        }
        SortedMap<String, Double> shares = new TreeMap<>(fractions.shares());
        shares.putAll(keep(network));
        return own.with(new KeepFractions(shares));
    }

    /** For captions: {@code keep lenet-300-100:fc1=0.1; normalise unit}; empty where nothing was changed. */
    public String words() {
        List<String> words = new ArrayList<>();
        if (!keep.isEmpty()) {
            words.add("keep " + keep.entrySet().stream()
                    .flatMap(network -> network.getValue().entrySet().stream()
                            .map(layer -> network.getKey() + ":" + layer.getKey() + "=" + layer.getValue()))
                    .collect(Collectors.joining(",")));
        }
        if (!normalise.isEmpty()) {
            words.add("normalise " + normalise);
        }
        return String.join("; ", words);
    }
}
