package org.espalier.experiments.cli;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.experiments.run.NearestName;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;

/** A network named on the command line. */
final class KnownNetwork {
    private KnownNetwork() {}

    /**
     * The network of this name or alias.
     *
     * @throws org.espalier.experiments.run.UsageException if there is none, with the name that was probably meant
     */
    static Network named(String name) {
        List<String> known =
                Stream.concat(Networks.names().stream(), Networks.aliases().keySet().stream().sorted()).toList();
        if (!known.contains(name)) {
            throw NearestName.unknown("network", name, known);
        }
        return Networks.named(name);
    }
}
