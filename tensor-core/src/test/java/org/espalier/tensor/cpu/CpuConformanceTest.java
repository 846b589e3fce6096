package org.espalier.tensor.cpu;

import java.util.Optional;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.conformance.BackendConformance;

final class CpuConformanceTest extends BackendConformance {
    @Override
    protected String backendName() {
        return "cpu";
    }

    /** Small jobs are shared out, too, so that every case tells something. */
    @Override
    protected Optional<Backend> withThreads(int threads) {
        return Optional.of(new CpuBackend(new Workers(threads, 0), true));
    }
}
