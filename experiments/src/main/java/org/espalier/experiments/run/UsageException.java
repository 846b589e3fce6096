package org.espalier.experiments.run;

/**
 * What was asked for can't be done, and nothing was run: an unknown name, a folder that can't be written, a run that
 * another process holds. The message is one line that says what to do instead. Exit code 2.
 */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
