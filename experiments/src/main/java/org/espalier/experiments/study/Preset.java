package org.espalier.experiments.study;

import com.fasterxml.jackson.annotation.JsonValue;

/** How much work a study may be. */
public enum Preset {
    /** Minutes: fewer epochs and images than the paper needs. */
    QUICK,
    /** The full recipe. */
    PAPER;

    /** As the command line has it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
