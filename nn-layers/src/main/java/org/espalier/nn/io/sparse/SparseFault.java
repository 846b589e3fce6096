package org.espalier.nn.io.sparse;

/** Stored kept weights that contradict themselves: which part of them, what was found there and what was expected. */
public final class SparseFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String part;
    private final String found;
    private final String expected;

    SparseFault(String part, String found, String expected) {
        super(part + ": " + found + "; expected " + expected);
        this.part = part;
        this.found = found;
        this.expected = expected;
    }

    /** The part's name, such as {@link KeptWeights#COLUMNS}. */
    public String part() {
        return part;
    }

    /** What is wrong. */
    public String found() {
        return found;
    }

    /** What was expected instead. */
    public String expected() {
        return expected;
    }
}
