package org.espalier.experiments.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.UsageException;
import org.espalier.prune.Sensitivity;
import org.espalier.prune.sparsity.Sparsity;

/**
 * A network with one layer pruned and nothing retrained.
 *
 * @param layer the layer
 * @param keptShare the share of its weights that was asked for
 * @param kept what was left of them
 * @param weights what there were
 * @param testAccuracy of the network then
 */
public record SensitivityPoint(String layer, double keptShare, long kept, long weights, double testAccuracy) {
    static SensitivityPoint of(Sensitivity.Point point) {
        return new SensitivityPoint(
                point.layer(), point.keptShare(), point.kept().kept(), point.kept().total(), point.value());
    }

    /**
     * From an event of a run.
     *
     * @throws UsageException if it was not written by this version of the program
     */
    static SensitivityPoint of(RunId id, JsonNode event) {
        try {
            return RunResult.MAPPER.treeToValue(event, Event.Point.class).point();
        } catch (JsonProcessingException | IllegalArgumentException cause) {
            throw new UsageException("an event of run " + id + " is no point of a scan ("
                    + String.valueOf(cause.getMessage()).lines().findFirst().orElse("")
                    + "); remove its folder to run it again", cause);
        }
    }

    /** As the scan has it. */
    Sensitivity.Point scanned() {
        return new Sensitivity.Point(layer, keptShare, new Sparsity(kept, weights), testAccuracy);
    }
}
