package org.espalier.experiments.timing;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A network to be timed with weights that nobody trained.
 *
 * @param name as {@link org.espalier.nn.network.Networks} knows it
 * @param shares of weights kept, by layer
 */
public record TimedNetwork(String name, SortedMap<String, Double> shares) {
    public TimedNetwork {
        shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
    }
}
