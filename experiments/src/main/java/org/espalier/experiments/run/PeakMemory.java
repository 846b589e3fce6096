package org.espalier.experiments.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The most memory that this process has had at once, in bytes.
 *
 * @param resident all of it, the JVM's own included, where Linux tells it
 * @param heap of Java objects: the sum of what each pool of the heap had at most, perhaps not all at the same time
 */
public record PeakMemory(OptionalLong resident, long heap) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MEGABYTE = 1e6;

    /** So far. */
    public static PeakMemory soFar() {
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        return new PeakMemory(highWater(), heap);
    }

    private static OptionalLong highWater() {
        try {
            return highWater(Files.readAllLines(STATUS));
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    /** From the lines of {@code /proc/self/status}, where it is called the high water mark. */
    static OptionalLong highWater(List<String> lines) {
        return lines.stream()
                .filter(line -> line.matches("VmHWM:\\s+\\d{1,15} kB"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    /** For example {@code peak memory 412 MB (heap 300 MB)}. */
    public String line() {
        String objects = megabytes(heap);
        return resident.isPresent()
                ? "peak memory " + megabytes(resident.getAsLong()) + " (heap " + objects + ")"
                : "peak memory of the heap " + objects;
    }

    private static String megabytes(long bytes) {
        return Math.round(bytes / MEGABYTE) + " MB";
    }
}
