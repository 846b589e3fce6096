package org.espalier.experiments.study;

import java.util.List;
import java.util.stream.Collectors;

/** Lines of a CSV file, as RFC 4180 has them but for the line break, which is a line feed. */
final class Csv {
    private Csv() {}

    static String line(List<String> fields) {
        return fields.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\n"));
    }

    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
