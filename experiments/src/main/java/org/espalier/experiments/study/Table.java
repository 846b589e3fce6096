package org.espalier.experiments.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table: one for the terminal, Markdown, HTML, CSV and JSON. A column of numbers stands to the right, one of words to
 * the left.
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

    /** Aligned columns for a terminal. */
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

    private void line(StringBuilder text, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String padding = " ".repeat(widths[c] - cells.get(c).length());
            line.append(c == 0 ? "" : "  ").append(isWords(c) ? cells.get(c) + padding : padding + cells.get(c));
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    /** Whether a column holds words: the first does, and each with an entry that begins with a letter or a slash. */
    private boolean isWords(int column) {
        return column == 0 || rows.stream().map(row -> row.get(column).text()).anyMatch(Table::isWords);
    }

    private static boolean isWords(String text) {
        return !text.isEmpty() && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '/');
    }

    /** The same in Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder("**").append(caption).append("**\n\n");
        text.append(markdownLine(columns));
        text.append(
                markdownLine(IntStream.range(0, columns.size()).mapToObj(c -> isWords(c) ? "---" : "---:").toList()));
        rows.forEach(row -> text.append(markdownLine(row.stream().map(Cell::text).toList())));
        return text.toString();
    }

    private static String markdownLine(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** The same in HTML, the caption in its {@code caption}; numbers have the class {@code number}, gaps {@code gap}. */
    public String html() {
        StringBuilder text =
                new StringBuilder("<table>\n<caption>").append(HtmlText.of(caption)).append("</caption>\n<thead><tr>");
        for (int c = 0; c < columns.size(); c++) {
            text.append("<th").append(isWords(c) ? ">" : " class=\"number\">").append(HtmlText.of(columns.get(c)))
                    .append("</th>");
        }
        text.append("</tr></thead>\n<tbody>\n");
        for (List<Cell> row : rows) {
            text.append("<tr>");
            for (int c = 0; c < row.size(); c++) {
                String kind = row.get(c).equals(Cell.GAP) ? "gap" : isWords(c) ? "" : "number";
                text.append(kind.isEmpty() ? "<td>" : "<td class=\"" + kind + "\">")
                        .append(HtmlText.of(row.get(c).text()))
                        .append("</td>");
            }
            text.append("</tr>\n");
        }
        return text.append("</tbody>\n</table>\n").toString();
    }

    /** The same as CSV: a line of headings, then a line a row; numbers without thousands' commas or units. */
    public String csv() {
        Stream<String> lines =
                rows.stream().map(row -> Csv.line(row.stream().map(cell -> cell.json().toString()).toList()));
        return Stream.concat(Stream.of(Csv.line(columns)), lines).collect(Collectors.joining());
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
