package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.nn.io.BadFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonTextTest {
    @TempDir
    Path folder;

    /** The parser's words, without the place in an array in memory. */
    @Test
    void aFileThatWasCutIsOneShortLine() throws IOException {
        Path file = Files.writeString(folder.resolve("provenance.json"), "{\n");
        assertEquals(
                file + ": the file is not right: Unexpected end-of-input: expected close marker for Object; "
                        + "expected JSON of a Provenance",
                assertThrows(BadFileException.class, () -> JsonText.read(file, Provenance.class)).getMessage());
    }
}
