package org.espalier.tensor.cpu;

import java.util.Optional;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.conformance.BackendConformance;

final class CpuConformanceTest extends BackendConformance {
    @Override
    protected String backendName() {
        return "cpu";
    }

    @Override
    protected Optional<Backend> withThreads(int threads) {
        return Optional.of(new CpuBackend(threads));
    }
}
