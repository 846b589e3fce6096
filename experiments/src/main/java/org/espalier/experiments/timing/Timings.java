package org.espalier.experiments.timing;

import java.util.List;
import org.espalier.experiments.run.Provenance;

/**
 * What was measured, and where.
 *
 * @param network whose layers
 * @param provenance the circumstances
 * @param layers in the network's order
 */
public record Timings(String network, Provenance provenance, List<LayerTiming> layers) {
    public Timings {
        layers = List.copyOf(layers);
    }
}
