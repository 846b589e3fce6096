package org.espalier.experiments.run;

/** A run that began and could not go on, such as one whose loss became NaN. The message is one line. Exit code 1. */
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RunFailedException(String message) {
        super(message);
    }

    public RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
