package org.espalier.experiments.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.nn.io.BadFileException;
import org.espalier.prune.compact.StorageChoice;
import org.espalier.prune.compact.StorageChoice.BreakEven;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the measured shares lie, that they come back, and that a broken file is told in one line. */
final class TunedStorageTest {
    private static final String GOOD = """
            {"largeFrom": 500, "largeFullyConnected": {"batch1": 0.4, "batch64": 0.5},
             "smallFullyConnected": {"batch1": 0.1, "batch64": 0.2}, "wideKernels": {"batch1": 0.3, "batch64": 0},
             "narrowKernels": {"batch1": 0.6, "batch64": 1}}
            """;
    private static final StorageChoice CHOICE =
            new StorageChoice(500, new BreakEven(0.4, 0.5), new BreakEven(0.1, 0.2), new BreakEven(0.3, 0),
                    new BreakEven(0.6, 1));

    @TempDir
    Path folder;

    /** By the XDG base directory specification, relative paths are to be ignored. */
    @Test
    void thePlaceIsTheUsersCacheFolder() {
        Path home = Path.of(System.getProperty("user.home"), ".cache", "espalier", "break-even.json");
        assertEquals(Path.of("/var/c/espalier/break-even.json"),
                TunedStorage.place(Map.of("XDG_CACHE_HOME", "/var/c")));
        assertEquals(home, TunedStorage.place(Map.of("XDG_CACHE_HOME", "")));
        assertEquals(home, TunedStorage.place(Map.of("XDG_CACHE_HOME", "c")));
        assertEquals(home, TunedStorage.place(Map.of()));
    }

    @Test
    void whatWasWrittenComesBackAndNothingIsTheShippedChoice() throws IOException {
        Path file = folder.resolve("break-even.json");
        assertSame(StorageChoice.SHIPPED, TunedStorage.of(file));
        Files.writeString(file, GOOD);
        assertEquals(CHOICE, TunedStorage.of(file));
        TunedStorage.write(file, StorageChoice.SHIPPED);
        assertEquals(StorageChoice.SHIPPED, TunedStorage.read(file));
    }

    @Test
    void aBrokenFileIsToldInOneLine() throws IOException {
        Path file = folder.resolve("break-even.json");
        for (String broken : List.of("", "[]", "null", GOOD.replace("0.4", "1.4"), GOOD.replace("0.4", "-0.1"),
                GOOD.replace("0.4", "\"NaN\""), GOOD.replace("0.4", "null"), GOOD.replace("\"batch1\": 0.4, ", ""),
                GOOD.replace("500", "-1"), GOOD.replace("wideKernels", "convolution"), GOOD + "x")) {
            Files.writeString(file, broken);
            BadFileException bad = assertThrows(BadFileException.class, () -> TunedStorage.of(file), broken);
            assertEquals(1, bad.getMessage().lines().count());
            assertTrue(bad.getMessage().startsWith(file + ": the file is "), bad.getMessage());
            assertTrue(bad.getMessage().endsWith("; expected what espalier tune writes: it makes the file anew"),
                    bad.getMessage());
        }
        Files.writeString(file, GOOD.replace("0.4", "1.4"));
        BadFileException share = assertThrows(BadFileException.class, () -> TunedStorage.of(file));
        assertTrue(share.getMessage().contains("a share of 1.4; expected 0 to 1"), share.getMessage());
        assertThrows(BadFileException.class, () -> TunedStorage.read(folder.resolve("none.json")));
    }
}
