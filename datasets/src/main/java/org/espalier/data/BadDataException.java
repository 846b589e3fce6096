package org.espalier.data;

/**
 * Data that cannot be used: a file missing, unreadable, damaged, or other than it claims to be. The message is one line
 * that says which file, what is wrong and what was expected. It is the only exception that readers of data throw for
 * what they find in files.
 */
public final class BadDataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BadDataException(String message) {
        super(message);
    }

    public BadDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
