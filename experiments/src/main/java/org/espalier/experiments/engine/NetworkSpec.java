package org.espalier.experiments.engine;

import java.util.List;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;

/**
 * A network by name, with its layers written out: a network that is defined anew under an old name is another experiment.
 *
 * @param name as {@link Networks} knows it
 * @param layers one line a layer
 */
public record NetworkSpec(String name, List<String> layers) {
    public NetworkSpec {
        layers = List.copyOf(layers);
    }

    /**
     * The network of this name or alias, as it is defined now.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static NetworkSpec of(String name) {
        return of(Networks.named(name));
    }

    static NetworkSpec of(Network network) {
        return new NetworkSpec(network.name(), network.toString().lines().skip(1).map(String::strip).toList());
    }

    /**
     * The network itself.
     *
     * @throws IllegalStateException if the program defines it otherwise than this value says
     */
    public Network network() {
        Network network = Networks.named(name);
        if (!of(network).equals(this)) {
            throw new IllegalStateException("network '" + name + "' is not defined as the experiment says");
        }
        return network;
    }
}
