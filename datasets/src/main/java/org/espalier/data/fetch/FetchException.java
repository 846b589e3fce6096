package org.espalier.data.fetch;

/**
 * A file could not be fetched or could not be written. The message is one line: the file, and for each address tried
 * what went wrong there.
 */
public final class FetchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public FetchException(String message) {
        super(message);
    }

    public FetchException(String message, Throwable cause) {
        super(message, cause);
    }
}
