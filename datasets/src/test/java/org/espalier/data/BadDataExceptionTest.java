package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BadDataExceptionTest {
    private static final Path PLACE = Path.of("data/mnist");

    @Test
    void saysWhyAndNotTheNameTwice() {
        assertEquals("data/mnist: cannot be listed: permission denied",
                BadDataException.of(PLACE, "cannot be listed", new AccessDeniedException("data/mnist")).getMessage());
        assertEquals("data/mnist: cannot be read: Input/output error",
                BadDataException.of(PLACE, "cannot be read", new IOException("Input/output error")).getMessage());
    }
}
