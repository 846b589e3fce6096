package org.espalier.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.espalier.tensor.backend.BackendProvider;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;

class GpuProvidersTest {
    @Test
    void bothAreFoundByServiceLoading() {
        assertEquals(
                List.of("cpu", "cuda", "opencl", "reference"),
                Backends.providers().stream().map(BackendProvider::name).toList());
    }

    @Test
    void theReportIsOneLineAndNothingOpens() {
        for (String name : List.of("cuda", "opencl")) {
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> Backends.open(name));
            assertTrue(refused.getMessage().contains(name), refused.getMessage());
            assertEquals(1, refused.getMessage().lines().count());
        }
        assertEquals("cpu", Backends.openDefault().name());
    }

    @Test
    void aLibraryIsThereOnlyWithItsEntryPoint() {
        // the C mathematics library stands for a driver: it is wherever the JVM runs on Linux
        assertTrue(new GpuDriverLibrary("mathematics", List.of("no-such-library.so", "libm.so.6"), "cos").isHere());
        assertFalse(new GpuDriverLibrary("mathematics", List.of("libm.so.6"), "cuInit").isHere());
        GpuDriverLibrary none = new GpuDriverLibrary("driver", List.of("no-such-library.so"), "cuInit");
        assertEquals("no driver on this machine (looked for no-such-library.so)", none.report());
    }
}
