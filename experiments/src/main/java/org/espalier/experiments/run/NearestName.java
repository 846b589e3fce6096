package org.espalier.experiments.run;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant, for the complaint about one that is not known. */
public final class NearestName {
    private NearestName() {}

    /**
     * The known name with the smallest Levenshtein distance, the first of several, if that distance is at most a third
     * of the longer name (and so less than a guess). Case does not count.
     */
    public static Optional<String> of(String name, Collection<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least && 3 * distance <= Math.max(name.length(), candidate.length())) {
                nearest = candidate;
                least = distance;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /**
     * The complaint: {@code unknown experiment han-tabel1; did you mean han-table1?}, or the known names where none is
     * near.
     *
     * @param kind what the name should have been, such as "experiment"
     */
    public static UsageException unknown(String kind, String name, Collection<String> known) {
        return new UsageException("unknown " + kind + " " + name + "; " + of(name, known)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElseGet(() -> "known: " + String.join(", ", known)));
    }

    /** Levenshtein's distance: the insertions, deletions and replacements of a letter that turn one into the other. */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
