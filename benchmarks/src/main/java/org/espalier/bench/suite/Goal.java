package org.espalier.bench.suite;

import java.util.Locale;

/**
 * What ratio is wanted of a contest. Nothing fails if it is missed.
 *
 * @param must at least; 0 if nothing is wanted
 * @param goal what it should be
 */
public record Goal(double must, double goal) {
    static final Goal NONE = new Goal(0, 0);

    @Override
    public String toString() {
        return must == 0 ? "" : String.format(Locale.ROOT, "%.2f / %.1f", must, goal);
    }
}
