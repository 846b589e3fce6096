package org.espalier.prune.allocate;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Texts and maps of one number a layer, as in {@code fc1=0.08,fc2=0.09}. */
final class LayerValues {
    private LayerValues() {}

    /** An unmodifiable copy, sorted by name so that equal maps print alike. */
    static SortedMap<String, Double> copy(SortedMap<String, Double> values) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /**
     * Reads {@code name=number,name=number}.
     *
     * @throws IllegalArgumentException saying which part does not fit
     */
    static SortedMap<String, Double> parse(String text) {
        SortedMap<String, Double> values = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? "" : part.substring(0, equals).strip();
            if (name.isEmpty()) {
                throw new IllegalArgumentException(
                        "expected LAYER=NUMBER,LAYER=NUMBER, such as fc1=0.08,fc2=0.09, got '" + part + "' in '" + text
                                + "'");
            }
            if (values.put(name, number(name, part.substring(equals + 1).strip())) != null) {
                throw new IllegalArgumentException("layer '" + name + "' stands twice in '" + text + "'");
            }
        }
        return values;
    }

    private static double number(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("layer '" + name + "' wants a number, got '" + text + "'", e);
        }
    }
}
