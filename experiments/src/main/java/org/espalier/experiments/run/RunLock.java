package org.espalier.experiments.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.espalier.nn.io.CannotWriteException;

/**
 * One process's hold on a run folder. The system gives it up when the process ends, however it ends, so a lock file
 * that lies about holds nobody up.
 */
final class RunLock implements AutoCloseable {
    /**
     * The folders that this process holds. The system's locks belong to processes: asking for one that we have, and
     * closing the file after the refusal, would give up the first.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
    /** The byte that is locked: far behind the text, so that others can read that where locks are mandatory. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;
    private static final int LONGEST_TEXT = 32;

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes hold of a folder.
     *
     * @throws UsageException if another process, or another part of this one, has it; it names the process
     * @throws CannotWriteException if the lock file can't be written
     */
    static RunLock take(Path runFolder) {
        Path file = runFolder.resolve("lock");
        Path folder;
        try {
            folder = runFolder.toRealPath();
        } catch (IOException cause) {
            throw new CannotWriteException(file, cause);
        }
        if (!HELD.add(folder)) {
            throw refusal(runFolder, Long.toString(ProcessHandle.current().pid()));
        }
        boolean taken = false;
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
                if (lock == null) {
                    throw refusal(runFolder, owner(channel));
                }
                write(channel, Long.toString(ProcessHandle.current().pid()));
                taken = true;
                return new RunLock(folder, channel);
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
        } catch (IOException cause) {
            throw new CannotWriteException(file, cause);
        } finally {
            if (!taken) {
                HELD.remove(folder);
            }
        }
    }

    /** Lets go. The file stays: removing it would let two processes lock two files of the same name. */
    @Override
    public void close() {
        try (channel) {
            write(channel, "");
        } catch (IOException _) {
            // The lock goes with the channel or with the process; the text was only for people.
        } finally {
            HELD.remove(folder);
        }
    }

    private static UsageException refusal(Path folder, String owner) {
        return new UsageException("another process (" + owner + ") works on " + folder
                + "; wait for it or end it, then start again");
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_TEXT);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString();
        return pid.isEmpty() ? "of unknown number" : pid;
    }
}
