package org.espalier.experiments.study;

/** How much work a study may be. */
public enum Preset {
    /** Minutes: fewer epochs and images than the paper needs. */
    QUICK,
    /** The full recipe. */
    PAPER;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
