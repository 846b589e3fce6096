package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
    @TempDir
    Path folder;

    private Path target;

    @BeforeEach
    void anOldFile() throws IOException {
        target = Files.writeString(folder.resolve("state"), "old");
    }

    /** The old content stands, and nothing stands beside it. */
    private void assertUntouched() throws IOException {
        assertEquals("old", Files.readString(target));
        try (var entries = Files.list(folder)) {
            assertEquals(List.of(target), entries.toList());
        }
    }

    /** A disk with room for so many bytes. */
    private static OutputStream full(OutputStream disk, int room) {
        return new FilterOutputStream(disk) {
            private int left = room;

            @Override
            public void write(byte[] bytes, int from, int count) throws IOException {
                out.write(bytes, from, Math.min(left, count));
                if (count > left) {
                    throw new IOException("No space left on device");
                }
                left -= count;
            }
        };
    }

    @Test
    void replacesTheFileAndLeavesNothingBeside() throws IOException {
        AtomicFile.write(target, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
        assertEquals("new", Files.readString(target));
        try (var entries = Files.list(folder)) {
            assertEquals(List.of(target), entries.toList());
        }
    }

    @Test
    void theOldFileStandsUntilTheNewOneIsWhole() {
        AtomicFile.write(target, out -> {
            out.write(new byte[100_000]);
            out.flush();
            assertEquals("old", Files.readString(target));
        });
        assertEquals(100_000, target.toFile().length());
    }

    @Test
    void aFullDiskLeavesTheOldFileAlone() throws IOException {
        for (int room : new int[] {0, 1, 70_000}) {
            CannotWriteException full = assertThrows(CannotWriteException.class, () -> AtomicFile.write(
                    target,
                    out -> out.write(new byte[100_000]),
                    channel -> full(Channels.newOutputStream(channel), room)));
            assertEquals("cannot write " + target + ": No space left on device", full.getMessage());
            assertUntouched();
        }
    }

    @Test
    void aBodyThatFailsLeavesTheOldFileAlone() throws IOException {
        assertThrows(IllegalStateException.class, () -> AtomicFile.write(target, out -> {
            out.write(new byte[100_000]);
            throw new IllegalStateException("no more");
        }));
        assertUntouched();
        assertThrows(StackOverflowError.class, () -> AtomicFile.write(target, _ -> {
            throw new StackOverflowError();
        }));
        assertUntouched();
    }

    @Test
    void anUnwritableFolderIsOneLine() throws IOException {
        Path inFile = target.resolve("x");       // a file where a folder should be: refused for any user
        CannotWriteException bad =
                assertThrows(CannotWriteException.class, () -> AtomicFile.write(inFile, out -> out.write(1)));
        assertTrue(bad.getMessage().startsWith("cannot write " + inFile + ": "), bad.getMessage());
        Path inNothing = folder.resolve("missing").resolve("x");
        bad = assertThrows(CannotWriteException.class, () -> AtomicFile.write(inNothing, out -> out.write(1)));
        assertTrue(bad.getMessage().contains("no such file or folder"), bad.getMessage());
        assertFalse(bad.getMessage().contains("\n"));
        assertUntouched();
    }

    /** A folder that is not empty can't be replaced by a file. */
    @Test
    void aTargetThatCannotBeReplacedLeavesNothingBeside() throws IOException {
        Path occupied = Files.createDirectory(folder.resolve("occupied"));
        Files.writeString(occupied.resolve("inside"), "");
        assertThrows(CannotWriteException.class, () -> AtomicFile.write(occupied, out -> out.write(1)));
        try (var entries = Files.list(folder)) {
            assertEquals(List.of(occupied, target), entries.sorted().toList());
        }
    }

    /** Whoever names a link means the file behind it, and other names for it. */
    @Test
    void aLinkStaysALink() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), target);
        AtomicFile.write(link, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(target));
        try (var entries = Files.list(elsewhere)) {
            assertEquals(List.of(link), entries.toList());
        }
    }

    @Test
    void aLinkToNothingBecomesTheFile() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing"));
        AtomicFile.write(link, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
        assertEquals("new", Files.readString(link));
    }

    /** A rename would put a file in its place, for all who use it. */
    @Test
    void aPipeIsNotReplaced() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
        for (Path path : List.of(pipe, link)) {
            CannotWriteException special =
                    assertThrows(CannotWriteException.class, () -> AtomicFile.write(path, out -> out.write(1)));
            assertEquals("cannot write " + path + ": this is a device or a pipe, not a file", special.getMessage());
        }
        assertTrue(AtomicFile.isSpecial(pipe) && AtomicFile.isSpecial(link));
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void removesWhatAKilledProcessLeft() throws IOException {
        Files.writeString(folder.resolve(".state.1f0c.part"), "half");
        AtomicFile.removeParts(folder);
        assertUntouched();
    }
}
