package org.espalier.bench.measure;

/** One side of a contest: some work done by one library, with its operands laid out before anyone times it. */
public interface Entrant extends AutoCloseable {
    /** What comes before each call and is not timed. */
    default void prepare() {}

    /** The work, once. */
    void go();

    /** What the last call gave, for comparison with the other side. */
    float[] result();

    @Override
    default void close() {}
}
