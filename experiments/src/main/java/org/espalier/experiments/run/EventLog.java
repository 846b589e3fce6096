package org.espalier.experiments.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;

/** A file of JSON objects, one a line, that only grows, but for being put back to an earlier length when opened. */
final class EventLog implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final WritableByteChannel disk;
    private long length;
    private long lines;

    private EventLog(Path file, FileChannel channel, WritableByteChannel disk) {
        this.file = file;
        this.channel = channel;
        this.disk = disk;
    }

    /**
     * Opens a log, or begins one, and drops what stands behind its first lines.
     *
     * @param keep how many whole lines stay
     * @throws BadFileException if there are fewer
     * @throws CannotWriteException if the file can't be written
     */
    static EventLog open(Path file, long keep) {
        return open(file, keep, channel -> channel);
    }

    /** As {@link #open(Path, long)}, with a way to put a failing disk in the place of the real one. */
    static EventLog open(Path file, long keep, Function<FileChannel, WritableByteChannel> disk) {
        try {
            long length = Files.exists(file) ? lengthOf(file, keep) : 0;
            if (keep > 0 && length == 0) {
                throw new BadFileException(file, "has fewer lines than its checkpoint counts", keep + " whole lines");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            EventLog log = new EventLog(file, channel, disk.apply(channel));
            log.length = length;
            log.lines = keep;
            log.cutTo(length);
            return log;
        } catch (IOException cause) {
            throw new CannotWriteException(file, cause);
        }
    }

    /** Appends an event: the line stands there whole, or an exception says that it does not. */
    void append(Object event) {
        byte[] json = JsonText.line(event);
        ByteBuffer line = ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
        try {
            while (line.hasRemaining()) {
                disk.write(line);
            }
        } catch (IOException cause) {
            dropTornLine(cause);
            throw new CannotWriteException(file, cause);
        }
        length += json.length + 1;
        lines++;
    }

    /** Whole lines so far. */
    long lines() {
        return lines;
    }

    /** Forces the lines to the disk. */
    void force() {
        try {
            channel.force(false);
        } catch (IOException cause) {
            throw new CannotWriteException(file, cause);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException cause) {
            throw new CannotWriteException(file, cause);
        }
    }

    /** The events of a file, also of one that is being written: what stands behind the last line break is no event. */
    static List<JsonNode> read(Path file) {
        List<JsonNode> events = new ArrayList<>();
        if (!Files.exists(file)) {
            return events;
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    events.add(JsonText.parse(file, line.toByteArray(), "line " + (events.size() + 1), JsonNode.class));
                    line.reset();
                } else {
                    line.write(next);
                }
            }
            return events;
        } catch (IOException cause) {
            throw new BadFileException(file, "cannot be read: " + cause, "a readable file");
        }
    }

    private void dropTornLine(IOException failure) {
        try {
            cutTo(length);
        } catch (IOException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
    }

    private void cutTo(long bytes) throws IOException {
        channel.truncate(bytes).position(bytes);
    }

    /** The length of a file's first lines, in bytes; 0 if there are fewer than that. */
    private static long lengthOf(Path file, long lines) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            long length = 0;
            long seen = 0;
            while (seen < lines) {
                int next = in.read();
                if (next < 0) {
                    return 0;
                }
                length++;
                seen += next == '\n' ? 1 : 0;
            }
            return length;
        }
    }
}
