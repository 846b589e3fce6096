package org.espalier.experiments.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The plain fields of a canonical text, read back: enough to say what a stored run is about, without its classes. What a
 * map has under a string is a field by the quoted string; fields inside lists are left out.
 *
 * @param type class name of the record as a whole
 * @param values literals as they stand there, by path, such as {@code dense.seed} to {@code 1L}
 */
public record CanonicalFields(String type, Map<String, String> values) {
    private static final Pattern HEAD = Pattern.compile("([\\w.$]+) \\{\\}?");
    private static final Pattern FIELD = Pattern.compile("( *)(?:(\\w+|\"(?:[^\"\\\\]|\\\\.)*\") (?:=|->) )?(.*)");

    public CanonicalFields {
        values = Map.copyOf(values);
    }

    /** @throws IllegalArgumentException if this is not a record's {@link CanonicalText} */
    public static CanonicalFields of(String text) {
        List<String> lines = text.lines().toList();
        Matcher head = HEAD.matcher(lines.isEmpty() ? "" : lines.getFirst());
        if (!head.matches()) {
            throw new IllegalArgumentException("this is not the text of an experiment");
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<@Nullable String> path = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                continue;
            }
            // Two blanks a level: the fields of the record itself stand at level 1.
            int level = Math.max(1, field.group(1).length() / 2);
            while (path.size() >= level) {
                path.removeLast();
            }
            while (path.size() < level) {
                path.add(field.group(2));
            }
            String value = field.group(3);
            if (!path.contains(null) && !value.endsWith("{") && !value.endsWith("[")) {
                values.put(String.join(".", path), value);
            }
        }
        return new CanonicalFields(head.group(1), values);
    }

    /**
     * A string.
     *
     * @throws IllegalArgumentException if there is no such field
     */
    public String string(String path) {
        String literal = literal(path);
        if (literal.length() < 2 || literal.charAt(0) != '"') {
            throw new IllegalArgumentException("field " + path + " is " + literal + ", not a string");
        }
        return unquoted(literal);
    }

    /**
     * A whole number.
     *
     * @throws IllegalArgumentException if there is no such field
     */
    public long number(String path) {
        String literal = literal(path);
        try {
            return Long.parseLong(literal.endsWith("L") ? literal.substring(0, literal.length() - 1) : literal);
        } catch (NumberFormatException cause) {
            throw new IllegalArgumentException("field " + path + " is " + literal + ", not a whole number", cause);
        }
    }

    /**
     * The numbers that a map has under its strings; none if there is no such map.
     *
     * @throws IllegalArgumentException if it holds something else
     */
    public SortedMap<String, Double> numbers(String path) {
        SortedMap<String, Double> numbers = new TreeMap<>();
        for (Map.Entry<String, String> field : values.entrySet()) {
            if (field.getKey().startsWith(path + ".\"") && field.getKey().endsWith("\"")) {
                String name = unquoted(field.getKey().substring(path.length() + 1));
                try {
                    numbers.put(name, Double.parseDouble(field.getValue()));
                } catch (NumberFormatException cause) {
                    throw new IllegalArgumentException(
                            "field " + field.getKey() + " is " + field.getValue() + ", not a number", cause);
                }
            }
        }
        return numbers;
    }

    private static String unquoted(String literal) {
        return literal.substring(1, literal.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private String literal(String path) {
        String literal = values.get(path);
        if (literal == null) {
            throw new IllegalArgumentException("there is no field " + path);
        }
        return literal;
    }
}
