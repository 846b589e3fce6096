package org.espalier.bench.kernel;

import java.util.List;
import java.util.Locale;
import org.espalier.tensor.backend.Backend;

/** What {@link VariantBenchmark} can be asked for. */
public final class KernelNames {
    private KernelNames() {}

    /** Each variant of a backend at each workload that it accepts, those whose name contains a text; case is one. */
    public static List<String> containing(Backend backend, String text) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return backend.kernels().variants().stream()
                .flatMap(variant -> Workload.of(variant).stream()
                        .map(workload -> variant.name() + VariantBenchmark.AT + workload.name()))
                .filter(name -> name.toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
    }
}
