package org.espalier.prune.energy;

/** What a machine spends energy on, for 32 bits each: the rows of figure 1 of Han et al. 2015, in its order. */
public enum Operation {
    INT_ADD("32 bit int ADD"),
    FLOAT_ADD("32 bit float ADD"),
    REGISTER_FILE("32 bit Register File"),
    INT_MULTIPLY("32 bit int MULT"),
    FLOAT_MULTIPLY("32 bit float MULT"),
    SRAM("32 bit SRAM Cache"),
    DRAM("32 bit DRAM Memory");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    /** As the paper writes it. */
    public String label() {
        return label;
    }
}
