package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventLogTest {
    private record Epoch(int epoch, double loss) {}

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void aFile() {
        file = folder.resolve("events.jsonl");
    }

    /** A disk with room for so many bytes; it takes what it can of the write that is too much. */
    private static WritableByteChannel full(FileChannel disk, int room) {
        return new WritableByteChannel() {
            private int left = room;

            @Override
            public int write(ByteBuffer bytes) throws IOException {
                if (left == 0) {
                    throw new IOException("No space left on device");
                }
                int count = Math.min(left, bytes.remaining());
                disk.write(bytes.slice(bytes.position(), count));
                bytes.position(bytes.position() + count);
                left -= count;
                return count;
            }

            @Override
            public boolean isOpen() {
                return disk.isOpen();
            }

            @Override
            public void close() throws IOException {
                disk.close();
            }
        };
    }

    @Test
    void aLineAnEvent() throws IOException {
        try (EventLog log = EventLog.open(file, 0)) {
            log.append(new Epoch(1, 0.5));
            log.append(Map.of("note", "a\nb"));
            assertEquals(2, log.lines());
        }
        assertEquals("{\"epoch\":1,\"loss\":0.5}\n{\"note\":\"a\\nb\"}\n", Files.readString(file));
        assertEquals("a\nb", EventLog.read(file).get(1).get("note").asText());
    }

    @Test
    void aTornLineIsIgnoredByReadersAndDroppedOnOpening() throws IOException {
        Files.writeString(file, "{\"a\":1}\n{\"a\":2}\n{\"a\":");
        assertEquals(2, EventLog.read(file).size());
        try (EventLog log = EventLog.open(file, 2)) {
            log.append(Map.of("a", 3));
        }
        assertEquals("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", Files.readString(file));
    }

    @Test
    void whatTheCheckpointDoesNotKnowIsDropped() throws IOException {
        Files.writeString(file, "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
        EventLog.open(file, 1).close();
        assertEquals("{\"a\":1}\n", Files.readString(file));
        EventLog.open(file, 0).close();
        assertEquals("", Files.readString(file));
    }

    @Test
    void aLogThatLostLinesIsRefused() throws IOException {
        Files.writeString(file, "{\"a\":1}\n{\"a\":2}");
        assertThrows(BadFileException.class, () -> EventLog.open(file, 2));
        assertEquals("{\"a\":1}\n{\"a\":2}", Files.readString(file));
        assertThrows(BadFileException.class, () -> EventLog.open(folder.resolve("missing"), 1));
        assertEquals(List.of(), EventLog.read(folder.resolve("missing")));
    }

    @Test
    void aLineThatIsNotJsonIsNamed() throws IOException {
        Files.writeString(file, "{\"a\":1}\nx\n");
        BadFileException bad = assertThrows(BadFileException.class, () -> EventLog.read(file));
        assertTrue(bad.getMessage().contains("line 2"), bad.getMessage());
    }

    /** A line of 8 bytes fits three times into 30; the fourth is torn by the disk, not by the file. */
    @Test
    void aFullDiskLeavesWholeLines() throws IOException {
        try (EventLog log = EventLog.open(file, 0, channel -> full(channel, 30))) {
            for (int i = 0; i < 3; i++) {
                log.append(Map.of("a", i));
            }
            CannotWriteException full = assertThrows(CannotWriteException.class, () -> log.append(Map.of("a", 3)));
            assertEquals("cannot write " + file + ": No space left on device", full.getMessage());
            assertEquals(3, log.lines());
        }
        assertEquals("{\"a\":0}\n{\"a\":1}\n{\"a\":2}\n", Files.readString(file));
    }
}
