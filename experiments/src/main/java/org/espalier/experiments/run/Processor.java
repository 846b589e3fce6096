package org.espalier.experiments.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processor under this process.
 *
 * @param model as Linux tells it, else no more than the architecture
 * @param cores those that are built in, where Linux tells them apart from their threads
 * @param threads what this process may use at once; less than the machine has where it is held to a share
 */
public record Processor(String model, Optional<Integer> cores, int threads) {
    private static final Path INFO = Path.of("/proc/cpuinfo");

    /** This machine's. */
    public static Processor here() {
        try {
            return of(Files.readAllLines(INFO));
        } catch (IOException _) {
            return of(List.of());
        }
    }

    /** From the lines of {@code /proc/cpuinfo}: a paragraph a thread. */
    static Processor of(List<String> lines) {
        String socket = "";
        Set<String> cores = new HashSet<>();
        Optional<String> model = Optional.empty();
        for (String line : lines) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (line.startsWith("model name") && model.isEmpty()) {
                model = Optional.of(value);
            } else if (line.startsWith("physical id")) {
                socket = value;
            } else if (line.startsWith("core id")) {
                cores.add(socket + "/" + value);
            }
        }
        return new Processor(
                model.orElse(System.getProperty("os.arch")),
                cores.isEmpty() ? Optional.empty() : Optional.of(cores.size()),
                Runtime.getRuntime().availableProcessors());
    }
}
