package org.espalier.experiments.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of a run and of its folder: words to read, and the first 12 hexadecimal digits of the SHA-256 of the
 * experiment's canonical text to tell it from all others, such as {@code mnist-lenet5-3f2a91c0de47}.
 */
public record RunId(String text) implements Comparable<RunId> {
    private static final Pattern PREFIX = Pattern.compile("[a-z0-9][a-z0-9.-]*");
    private static final Pattern WHOLE = Pattern.compile(PREFIX.pattern() + "-[0-9a-f]{12}");

    /** @throws IllegalArgumentException if the text is not a run's name */
    public RunId {
        if (!isRunId(text)) {
            throw new IllegalArgumentException("'" + text + "' is not the name of a run");
        }
    }

    /**
     * The id of an experiment.
     *
     * @param prefix small letters, digits, dots and dashes, such as the data set and the network
     * @param experiment the value; see {@link CanonicalText} for what it may be made of
     */
    public static RunId of(String prefix, Object experiment) {
        return ofText(prefix, CanonicalText.of(experiment));
    }

    /** The id of an experiment whose canonical text is at hand. */
    public static RunId ofText(String prefix, String canonicalText) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("'" + prefix + "' cannot begin a run's name; small letters, digits, "
                    + "dots and dashes can");
        }
        return new RunId(prefix + "-" + sha256(canonicalText.getBytes(StandardCharsets.UTF_8)).substring(0, 12));
    }

    /** Whether a text, such as a folder's name, is a run's name. */
    public static boolean isRunId(String text) {
        return WHOLE.matcher(text).matches();
    }

    /** SHA-256 in hexadecimal. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public int compareTo(RunId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
