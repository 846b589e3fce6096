package org.espalier.experiments.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of an exhibit.
 *
 * @param name short and unique in its exhibit, such as {@code table1}
 * @param caption a line above it
 * @param columns headings, all different
 * @param rows each as long as the columns
 */
public record Table(String name, String caption, List<String> columns, List<List<Cell>> rows) {
    /** @throws IllegalArgumentException if a row is longer or shorter than the headings */
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "table " + name + " has " + columns.size() + " columns, got a row of " + row.size());
            }
        }
    }

    /** Aligned columns for a terminal: the first to the left, the others to the right. */
    public String text() {
        int[] widths = IntStream.range(0, columns.size())
                .map(c -> Math.max(
                        columns.get(c).length(),
                        rows.stream().mapToInt(row -> row.get(c).text().length()).max().orElse(0)))
                .toArray();
        StringBuilder text = new StringBuilder(caption).append('\n');
        line(text, columns, widths);
        line(text, IntStream.of(widths).mapToObj("-"::repeat).toList(), widths);
        rows.forEach(row -> line(text, row.stream().map(Cell::text).toList(), widths));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String padding = " ".repeat(widths[c] - cells.get(c).length());
            line.append(c == 0 ? cells.get(c) + padding : "  " + padding + cells.get(c));
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    /** The same in Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder("**").append(caption).append("**\n\n");
        text.append(markdownLine(columns));
        text.append(markdownLine(IntStream.range(0, columns.size()).mapToObj(c -> c == 0 ? "---" : "---:").toList()));
        rows.forEach(row -> text.append(markdownLine(row.stream().map(Cell::text).toList())));
        return text.toString();
    }

    private static String markdownLine(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** One object a row, numbers where they are known. */
    public List<Map<String, Object>> json() {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (List<Cell> row : rows) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int c = 0; c < columns.size(); c++) {
                object.put(columns.get(c), row.get(c).json());
            }
            objects.add(object);
        }
        return objects;
    }
}
