package org.espalier.experiments.run;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant, for the complaint about one that is not known. */
public final class NearestName {
    private NearestName() {}

    /**
     * The known name with the smallest {@linkplain #distance distance}, the first of several, if that distance is less
     * than a third of the longer name (and so less than a guess: gpu is not cpu). Case does not count.
     */
    public static Optional<String> of(String name, Collection<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least && 3 * distance < Math.max(name.length(), candidate.length())) {
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

    /**
     * Levenshtein's distance, with neighbours that changed places as one mistake: the insertions, deletions,
     * replacements and swaps of letters that turn one into the other.
     */
    static int distance(String from, String to) {
        int[][] rows = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                int replaced = rows[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                rows[i][j] = Math.min(replaced, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
                if (i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
                }
            }
        }
        return rows[from.length()][to.length()];
    }
}
