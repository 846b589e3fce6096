package org.espalier.experiments.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.network.Networks;
import org.espalier.prune.allocate.KeepFractions;

/**
 * The shares of weights that a study keeps, and how {@code --keep} is read against them.
 *
 * @param networks share kept in the end, by layer, by network
 */
public record KeptShares(SortedMap<String, SortedMap<String, Double>> networks) {
    public KeptShares {
        networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
    }

    /** Those that experiments prune to. */
    public static KeptShares of(List<Experiment> experiments) {
        SortedMap<String, SortedMap<String, Double>> networks = new TreeMap<>();
        for (Experiment experiment : experiments) {
            experiment.pruned().map(run -> run.method().allocation()).ifPresent(allocation -> {
                if (allocation instanceof KeepFractions fractions) {
                    networks.put(experiment.network().name(), fractions.shares());
                }
            });
        }
        return new KeptShares(networks);
    }

    /** Of some shares by network those that are not these. */
    SortedMap<String, SortedMap<String, Double>> differing(Map<String, SortedMap<String, Double>> others) {
        SortedMap<String, SortedMap<String, Double>> differing = new TreeMap<>();
        others.forEach((network, shares) -> differing.put(network, differing(network, shares)));
        return differing;
    }

    /** Of some shares of a network's layers those that are not these. */
    public SortedMap<String, Double> differing(String network, Map<String, Double> others) {
        SortedMap<String, Double> differing = new TreeMap<>(others);
        differing.entrySet().removeAll(shares(network).entrySet());
        return differing;
    }

    private SortedMap<String, Double> shares(String network) {
        return networks.getOrDefault(network, Collections.emptySortedMap());
    }

    /**
     * Reads {@code fc1=0.08,fc2=0.09}. A layer's name may be two networks' of the study; then it wants the network's before
     * it, as in {@code lenet-300-100:fc1=0.08}.
     *
     * @return by layer, by network
     * @throws UsageException saying what does not fit
     */
    SortedMap<String, SortedMap<String, Double>> parse(String text) {
        if (networks.isEmpty()) {
            throw refusal("there are no shares to change: this experiment prunes no network to given ones");
        }
        SortedMap<String, SortedMap<String, Double>> asked = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            SortedMap<String, Double> share = share(part.substring(colon + 1));
            String layer = share.firstKey();
            String network = colon < 0 ? networkWith(layer) : network(part.substring(0, colon).strip());
            if (!shares(network).containsKey(layer)) {
                throw refusal(
                        network + " has no layer " + layer + " with weights" + near(layer, shares(network).keySet()));
            }
            if (asked.computeIfAbsent(network, _ -> new TreeMap<>()).putIfAbsent(layer, share.get(layer)) != null) {
                throw refusal("layer " + layer + " of " + network + " stands twice in '" + text + "'");
            }
        }
        return asked;
    }

    private static SortedMap<String, Double> share(String part) {
        try {
            return KeepFractions.parse(part).shares();
        } catch (IllegalArgumentException cause) {
            throw new UsageException("--keep: " + cause.getMessage(), cause);
        }
    }

    private String network(String name) {
        String network = Networks.aliases().getOrDefault(name, name);
        if (!networks.containsKey(network)) {
            throw refusal("no network " + name + " is pruned here" + near(name, networks.keySet()));
        }
        return network;
    }

    private String networkWith(String layer) {
        List<String> with = networks.keySet().stream().filter(network -> shares(network).containsKey(layer)).toList();
        if (with.size() > 1) {
            throw refusal(String.join(" and ", with) + " have a layer " + layer + "; say which, as in "
                    + with.getFirst() + ":" + layer + "=" + shares(with.getFirst()).get(layer));
        }
        if (with.isEmpty()) {
            Collection<String> layers = new ArrayList<>();
            networks.values().forEach(shares -> layers.addAll(shares.keySet()));
            throw refusal("no layer " + layer + " is pruned here" + near(layer, layers.stream().distinct().toList()));
        }
        return with.getFirst();
    }

    /** What can be named instead. */
    private static String near(String name, Collection<String> known) {
        return NearestName.of(name, known)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElseGet(() -> "; there " + (known.size() == 1 ? "is " : "are ") + String.join(", ", known));
    }

    private static UsageException refusal(String why) {
        return new UsageException("--keep: " + why);
    }
}
