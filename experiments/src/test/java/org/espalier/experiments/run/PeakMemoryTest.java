package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PeakMemoryTest {
    @Test
    void readsTheHighWaterMark() {
        assertEquals(OptionalLong.of(421_888L * 1024),
                PeakMemory.highWater(List.of("Name:\tjava", "VmPeak:\t 9557032 kB", "VmHWM:\t  421888 kB",
                        "VmRSS:\t 400000 kB")));
        assertEquals(OptionalLong.empty(), PeakMemory.highWater(List.of("VmHWM:\tmuch", "VmRSS:\t 1 kB")));
    }

    @Test
    void isOneLine() {
        assertEquals("peak memory 412 MB (heap 300 MB)",
                new PeakMemory(OptionalLong.of(412_400_000), 299_600_000).line());
        assertEquals("peak memory of the heap 300 MB", new PeakMemory(OptionalLong.empty(), 300_000_000).line());
    }

    @Test
    void anArrayThatIsThereCounts() {
        byte[] large = new byte[64 << 20];
        PeakMemory peak = PeakMemory.soFar();
        assertTrue(peak.heap() >= large.length, peak.toString());
        peak.resident().ifPresent(bytes -> assertTrue(bytes >= large.length, peak.toString()));
    }
}
