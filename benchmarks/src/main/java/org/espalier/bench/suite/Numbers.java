package org.espalier.bench.suite;

import org.espalier.tensor.random.Philox;

/** Operands for contests. */
final class Numbers {
    private static final long SEED = 17;

    private Numbers() {}

    /** Uniform between -1 and 1; the same for the same stream. */
    static float[] uniform(int count, long stream) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * Philox.uniform(SEED, stream, i) - 1;
        }
        return values;
    }
}
