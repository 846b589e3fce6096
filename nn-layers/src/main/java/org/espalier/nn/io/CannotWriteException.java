package org.espalier.nn.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A file that could not be written, such as for want of space or of permission. The message is one line: the file and
 * the reason. The file that stood there before, if any, still stands there.
 */
public final class CannotWriteException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    /** The file that was to be written, and why it could not be. */
    public CannotWriteException(Path file, IOException cause) {
        super("cannot write " + file + ": " + reason(cause), cause);
    }

    /** The exceptions of java.nio carry the bare file name as their message; this says in one line what they mean. */
    public static String reason(IOException cause) {
        String text = switch (cause) {
            case NoSuchFileException missing -> "no such file or folder" + named(missing);
            case AccessDeniedException denied -> "permission denied" + named(denied);
            case NotDirectoryException file -> "not a folder" + named(file);
            case FileSystemException other when other.getReason() != null -> other.getReason() + named(other);
            case IOException other when other.getMessage() != null -> other.getMessage();
            case IOException other -> other.getClass().getSimpleName();
        };
        return text.replaceAll("\\s+", " ");
    }

    private static String named(FileSystemException cause) {
        return cause.getFile() == null ? "" : " (" + cause.getFile() + ")";
    }
}
