package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file that can't be used: missing, unreadable, broken, or not holding what was asked of it. The message is one line
 * that names the file, the tensor if it is about one, what was found and what was expected.
 */
public final class BadFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 200;
    private static final int MOST_FAULTS = 40;
    private static final int LONGEST_FAULT = 1200;

    private final String file;
    private final String tensor;
    private final String found;
    private final String expected;

    /**
     * A complaint about a whole file.
     *
     * @param found what is wrong, such as "the header is 2 bytes long"
     * @param expected what a good file has there, such as "at least 8"
     */
    public BadFileException(Path file, String found, String expected) {
        this(file, "", found, expected);
    }

    /** A complaint about one tensor of a file. */
    public BadFileException(Path file, String tensor, String found, String expected) {
        this(file, tensor, found, quote(found), expected);
    }

    /** All that is wrong with a file at once: the message has the first faults and says how many more there are. */
    public static BadFileException ofAll(Path file, List<String> faults, String expected) {
        String shown =
                faults.stream().limit(MOST_FAULTS).map(fault -> quote(fault, LONGEST_FAULT))
                        .collect(Collectors.joining(", "));
        String more = faults.size() > MOST_FAULTS ? ", and " + (faults.size() - MOST_FAULTS) + " more" : "";
        return new BadFileException(file, "", String.join(", ", faults), shown + more, expected);
    }

    private BadFileException(Path file, String tensor, String found, String quoted, String expected) {
        super(oneLine(file.toString()) + ": " + (tensor.isEmpty() ? "" : "tensor '" + quote(tensor) + "': ")
                + quoted + "; expected " + quote(expected));
        this.file = file.toString();
        this.tensor = tensor;
        this.found = found;
        this.expected = expected;
    }

    /** The file, as it was named by the caller. */
    public Path file() {
        return Path.of(file);
    }

    /** The tensor's name, if the complaint is about one tensor. */
    public Optional<String> tensor() {
        return tensor.isEmpty() ? Optional.empty() : Optional.of(tensor);
    }

    /** What is wrong. */
    public String found() {
        return found;
    }

    /** What was expected instead. */
    public String expected() {
        return expected;
    }

    /** Text from a broken file, made fit to print: not endless. */
    private static String quote(String text) {
        return quote(text, LONGEST_QUOTE);
    }

    private static String quote(String text, int longest) {
        return oneLine(text.length() <= longest ? text : text.substring(0, longest) + "...");
    }

    /** No control characters, no line breaks. */
    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    line.append("\\u%04x".formatted((int) c));
                default -> line.append(c);
            }
        }
        return line.toString();
    }
}
