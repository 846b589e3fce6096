package org.espalier.bench.cli;

import java.util.List;
import org.espalier.experiments.run.UsageException;
import org.espalier.tensor.backend.Backends;
import picocli.CommandLine.Option;

/** {@code --threads COUNT,...}, as every verb that holds contests takes it. */
final class ThreadsOption {
    private static final int MOST_THREADS = 64;

    @Option(names = "--threads", paramLabel = "COUNT", split = ",", description = "threads of each side; default: 1,2")
    private List<Integer> threads = List.of(1, 2);

    /** @throws UsageException if one is no number of threads, or nothing can be computed here */
    List<Integer> threads() {
        for (int count : threads) {
            requireThreads(count);
        }
        try {
            Backends.open("cpu").close();
        } catch (IllegalStateException notUsable) {
            throw new UsageException(String.valueOf(notUsable.getMessage()), notUsable);
        }
        return threads;
    }

    private static void requireThreads(int count) {
        if (count < 1 || count > MOST_THREADS) {
            throw new UsageException("--threads " + count + ": 1 to " + MOST_THREADS + " are expected");
        }
    }
}
