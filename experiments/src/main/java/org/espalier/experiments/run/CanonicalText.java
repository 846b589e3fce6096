package org.espalier.experiments.run;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes a value out in full, as text that is equal for equal values and different for different ones. It is what runs
 * are hashed by, and it is laid out to be read.
 *
 * <p>A record is its class name and all its components by name, an enum constant its class name and its own; a list
 * keeps its order, a map is sorted by the text of its keys. Numbers are written as Java literals of their type
 * ({@code 1}, {@code 1L}, {@code 0.1f}, {@code 0.1}; by {@link Double#toString(double)} and its like), so that 0.1 and
 * 0.1f differ; strings are quoted. Everything else is refused: arrays and ordinary objects, because nothing says what
 * of them counts, lambdas, because they have neither fields nor a lasting name, and null.
 */
public final class CanonicalText {
    /** Deeper than any experiment; a list that holds itself ends here. */
    private static final int DEEPEST = 64;

    private final StringBuilder text = new StringBuilder();

    private CanonicalText() {}

    /**
     * The text of a value, with a line break at its end.
     *
     * @throws IllegalArgumentException naming the path to the part that has no canonical text
     */
    public static String of(Object value) {
        CanonicalText canonical = new CanonicalText();
        canonical.write(value, value.getClass().getSimpleName(), 0);
        return canonical.text.append('\n').toString();
    }

    private void write(Object value, String path, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException(path + ": nested deeper than " + DEEPEST + " levels");
        }
        switch (value) {
            case null -> throw new IllegalArgumentException(path + ": null has no canonical text");
            case Record record -> writeRecord(record, path, depth);
            case Enum<?> constant ->
                text.append(constant.getDeclaringClass().getName()).append('.').append(constant.name());
            case List<?> list -> writeList(list, path, depth);
            case Map<?, ?> map -> writeMap(map, path, depth);
            case String string -> quote(string, '"');
            case Character character -> quote(character.toString(), '\'');
            case Boolean bool -> text.append(bool);
            case Integer number -> text.append(number);
            case Long number -> text.append(number).append('L');
            case Double number -> text.append(Double.toString(number));
            case Float number -> text.append(Float.toString(number)).append('f');
            case Short number -> text.append("(short) ").append(number);
            case Byte number -> text.append("(byte) ").append(number);
            default -> throw new IllegalArgumentException(path + ": " + refusal(value.getClass()));
        }
    }

    private void writeRecord(Record record, String path, int depth) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        text.append(record.getClass().getName()).append(" {");
        for (RecordComponent component : components) {
            line(depth + 1);
            text.append(component.getName()).append(" = ");
            write(read(record, component), path + "." + component.getName(), depth + 1);
        }
        if (components.length > 0) {
            line(depth);
        }
        text.append('}');
    }

    private void writeList(List<?> list, String path, int depth) {
        text.append('[');
        for (int i = 0; i < list.size(); i++) {
            line(depth + 1);
            write(list.get(i), path + "[" + i + "]", depth + 1);
        }
        if (!list.isEmpty()) {
            line(depth);
        }
        text.append(']');
    }

    private void writeMap(Map<?, ?> map, String path, int depth) {
        record Pair(String key, Object value) {}
        List<Pair> pairs = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            CanonicalText key = new CanonicalText();
            key.write(entry.getKey(), path + ", a key", depth + 1);
            pairs.add(new Pair(key.text.toString(), entry.getValue()));
        }
        pairs.sort(Comparator.comparing(Pair::key));
        text.append("map {");
        for (Pair pair : pairs) {
            line(depth + 1);
            text.append(pair.key).append(" -> ");
            write(pair.value, path + "[" + pair.key + "]", depth + 1);
        }
        if (!pairs.isEmpty()) {
            line(depth);
        }
        text.append('}');
    }

    private void line(int depth) {
        text.append('\n').append("  ".repeat(depth));
    }

    /** No control character and no quote stands unescaped, so nothing in a string can look like structure. */
    private void quote(String string, char mark) {
        text.append(mark);
        for (char c : string.toCharArray()) {
            if (c == mark || c == '\\') {
                text.append('\\').append(c);
            } else if (c == '\n') {
                text.append("\\n");
            } else if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                text.append('\\').append("u%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        text.append(mark);
    }

    private static Object read(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException cause) {
            throw new IllegalArgumentException("cannot read " + component, cause);
        }
    }

    private static String refusal(Class<?> type) {
        if (type.isArray()) {
            return "an array (" + type.getSimpleName() + ") has no canonical text; make it a list";
        }
        if (type.isHidden() || type.isSynthetic()) {
            return "a lambda or method reference has no canonical text; make it a record";
        }
        return "a " + type.getName() + " has no canonical text; make it a record, an enum, a string, a number, a list "
                + "or a map";
    }
}
