package org.espalier.data.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsCacheTest {
    @TempDir
    Path folder;

    @Test
    void foldersByTheXdgRule() {
        assertEquals(Path.of("/x/espalier"), DigitsCache.folder(Map.of("XDG_CACHE_HOME", "/x"), "/home/me"));
        assertEquals(Path.of("/home/me/.cache/espalier"), DigitsCache.folder(Map.of(), "/home/me"));
        assertEquals(Path.of("/home/me/.cache/espalier"), DigitsCache.folder(Map.of("XDG_CACHE_HOME", ""), "/home/me"));
        assertEquals(Path.of("/home/me/.cache/espalier"),
                DigitsCache.folder(Map.of("XDG_CACHE_HOME", "relative"), "/home/me"));
    }

    @Test
    void whatIsKeptIsWhatIsReadUntilItBreaks() throws Exception {
        assertTrue(DigitsCache.read(folder).isEmpty());
        Digits drawn = Digits.load(folder);
        assertEquals(drawn, DigitsCache.read(folder).orElseThrow());
        Path cached = only(folder);
        assertEquals(4, list(cached).size(), "nothing left beside the four files");

        Path images = cached.resolve("train-images-idx3-ubyte");
        try (RandomAccessFile file = new RandomAccessFile(images.toFile(), "rw")) {
            file.seek(1_000_000);
            int pixel = file.read();
            file.seek(1_000_000);
            file.write(pixel ^ 1);
        }
        assertTrue(DigitsCache.read(folder).isEmpty(), "one bit is enough");
        try (RandomAccessFile file = new RandomAccessFile(images.toFile(), "rw")) {
            file.setLength(5000);
        }
        assertTrue(DigitsCache.read(folder).isEmpty(), "cut off");
        DigitsCache.write(folder, drawn);
        assertEquals(drawn, DigitsCache.read(folder).orElseThrow(), "mended");
    }

    @Test
    void aFolderThatCannotBeWrittenIsDoneWithout() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        DigitsCache.write(file, Digits.draw(1, 10, 10));
        assertTrue(DigitsCache.read(file).isEmpty());
        assertEquals("in the way", Files.readString(file));
        assertEquals(List.of(file), list(folder));
    }

    private static Path only(Path folder) throws Exception {
        assertEquals(1, list(folder).size());
        return list(folder).getFirst();
    }

    private static List<Path> list(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
