package org.espalier.experiments.run;

import com.fasterxml.jackson.databind.JsonNode;

/** What the store knows of an experiment's run. Tables and figures are made of {@link Finished} ones alone. */
public sealed interface Run {
    RunId id();

    /**
     * A run that came to its end.
     *
     * @param result what it wrote at its end
     * @param provenance the circumstances it ran under
     */
    record Finished(RunId id, JsonNode result, Provenance provenance) implements Run {}

    /**
     * A run that did not come to its end, or never began.
     *
     * @param reason a few words, such as "not begun"
     */
    record Unfinished(RunId id, String reason) implements Run {}
}
