package org.espalier.experiments.study;

import java.util.Locale;
import java.util.Optional;

/**
 * An entry of a table.
 *
 * @param text as it is printed
 * @param value the number behind it, in the unit that is printed, if it is one
 */
public record Cell(String text, Optional<Double> value) {
    /** Nothing to say here. */
    public static final Cell EMPTY = new Cell("", Optional.empty());

    /** What stands in the place of a result whose run is missing. */
    public static final Cell GAP = new Cell("(missing)", Optional.empty());

    public static Cell of(String text) {
        return new Cell(text, Optional.empty());
    }

    /** A whole number with its thousands set apart. */
    public static Cell count(long count) {
        return new Cell(String.format(Locale.ROOT, "%,d", count), Optional.of((double) count));
    }

    /** A number with so many digits after the point and a unit behind, such as {@code "%"} or {@code "x"}. */
    public static Cell number(double value, int digits, String unit) {
        return new Cell(String.format(Locale.ROOT, "%." + digits + "f", value) + unit, Optional.of(value));
    }

    /** A difference, with its sign. */
    public static Cell difference(double value, int digits) {
        return new Cell(String.format(Locale.ROOT, "%+." + digits + "f", value), Optional.of(value));
    }

    /** Mean and spread over seeds; of one seed the value alone. */
    public static Cell spread(Spread spread, int digits, String unit) {
        String mean = String.format(Locale.ROOT, "%." + digits + "f", spread.mean());
        return new Cell(
                spread.count() == 1
                        ? mean + unit
                        : mean + String.format(Locale.ROOT, " ± %." + digits + "f", spread.deviation()) + unit,
                Optional.of(spread.mean()));
    }

    /** The number if there is one, else the text: what JSON holds. Counts are whole numbers there. */
    public Object json() {
        return value.<Object>map(
                v -> v == Math.rint(v) && Math.abs(v) < 1L << 53 && !text.contains(".") ? (Object) v.longValue() : v)
                .orElse(text);
    }
}
