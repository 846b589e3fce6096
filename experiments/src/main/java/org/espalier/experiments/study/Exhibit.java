package org.espalier.experiments.study;

import java.util.List;

/**
 * A study's outcome.
 *
 * @param tables to print
 * @param pictures to write beside
 * @param notes lines to print below the tables, such as whether an assertion of the paper holds
 * @param gaps one line for each run that is missing
 * @param results every number that was measured, in the long format
 */
public record Exhibit(
        List<Table> tables, List<Picture> pictures, List<String> notes, List<String> gaps, List<ResultRow> results) {
    public Exhibit {
        tables = List.copyOf(tables);
        pictures = List.copyOf(pictures);
        notes = List.copyOf(notes);
        gaps = List.copyOf(gaps);
        results = List.copyOf(results);
    }
}
