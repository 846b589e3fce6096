package org.espalier.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

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

    /**
     * A file or folder that cannot be used, with the system's reason: such exceptions of java.nio carry the bare name as
     * their message.
     *
     * @param what what cannot be done, such as "cannot be read"
     */
    public static BadDataException of(Path place, String what, IOException cause) {
        String reason = cause instanceof AccessDeniedException ? "permission denied" : cause.getMessage();
        return new BadDataException(place + ": " + what + ": " + reason, cause);
    }
}
