package org.espalier.nn.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Function;

/**
 * Writes a file whole or not at all: beside its place, forced to the disk, then renamed. Whoever reads the file's name
 * finds the old content or the new, also after a kill or a power cut at any moment.
 */
public final class AtomicFile {
    private static final String SUFFIX = ".part";

    private AtomicFile() {}

    /**
     * Replaces a file by what the body writes. If the body or the disk fails, the old file stays and nothing else is
     * left; only a killed process leaves its part file (see {@link #removeParts}).
     *
     * @param target the file, or a link to it; its folder must exist
     * @param body writes the content; need not flush or close
     * @throws CannotWriteException if the folder can't be written, the disk is full, the body throws an IOException, or
     *     there is a device or a pipe, which a rename would replace
     */
    public static void write(Path target, ThrowingConsumer<OutputStream> body) {
        write(target, body, Channels::newOutputStream);
    }

    /** As {@link #write(Path, ThrowingConsumer)}, with a way to put a failing disk in the place of the real one. */
    static void write(Path target, ThrowingConsumer<OutputStream> body, Function<FileChannel, OutputStream> disk) {
        Path absolute = place(target);
        Path part = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + SUFFIX);
        boolean written = false;
        try {
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(disk.apply(channel), 1 << 16);
                body.accept(out);
                out.flush();
                channel.force(true);
            }
            Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE);
            written = true;
        } catch (IOException cause) {
            throw new CannotWriteException(target, cause);
        } finally {
            if (!written) {
                remove(part);
            }
        }
        forceFolder(absolute.getParent());
    }

    /** Where the rename goes: the file that a link leads to, so that the link stays one. */
    private static Path place(Path target) {
        if (isSpecial(target)) {
            throw new CannotWriteException(target, new IOException("this is a device or a pipe, not a file"));
        }
        try {
            return Files.isSymbolicLink(target) && Files.exists(target)
                    ? target.toRealPath()
                    : target.toAbsolutePath();
        } catch (IOException cause) {
            throw new CannotWriteException(target, cause);
        }
    }

    /** Whether a path, or what it links to, is a device, a pipe or a socket: nothing that can be replaced by a file. */
    public static boolean isSpecial(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    /**
     * Removes the part files that killed processes left in a folder. To be called only while nobody else writes there.
     *
     * @throws CannotWriteException if the folder can't be read or a part file can't be removed
     */
    public static void removeParts(Path folder) {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".*" + SUFFIX)) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        } catch (IOException cause) {
            throw new CannotWriteException(folder, cause);
        }
    }

    private static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException _) {
            // The reason for which the file could not be written is on its way to the caller; it says more.
        }
    }

    /** Makes the rename itself last. Not every system lets a folder be opened; there this does nothing. */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException _) {
            // The content is safe and in place; at worst a power cut brings the old file back.
        }
    }
}
