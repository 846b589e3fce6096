package org.espalier.nn.io.weights;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that keeps a state dict from being the weights of a network.
 *
 * @param missing parameters of the network without a tensor
 * @param unexpected tensors of the file without a parameter
 * @param others tensors of another shape or type than their parameter, with both
 */
public record Mismatch(List<String> missing, List<String> unexpected, List<String> others) {
    /** Names of one kind in a complaint; what more there are is counted. */
    private static final int MOST_NAMES = 8;
    private static final int LONGEST_NAME = 80;

    public Mismatch {
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        others = List.copyOf(others);
    }

    /** Whether everything matches. */
    public boolean isEmpty() {
        return missing.isEmpty() && unexpected.isEmpty() && others.isEmpty();
    }

    /** One line of all three kinds. */
    public String words() {
        return Stream.of(words("missing", missing), words("unexpected", unexpected), words("of another shape", others))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String words(String kind, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String shown = names.stream()
                .limit(MOST_NAMES)
                .map(name -> name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...")
                .collect(Collectors.joining(", "));
        int more = names.size() - MOST_NAMES;
        return names.size() + " " + kind + " (" + shown + (more > 0 ? " and " + more + " more" : "") + ")";
    }
}
