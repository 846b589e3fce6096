package org.espalier.gpu;

import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;

/** Says whether an NVIDIA GPU could be used here. It can't open a backend before there are kernels for it. */
public final class CudaProvider implements BackendProvider {
    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public Availability probe() {
        return new Availability(false, GpuDriverLibrary.CUDA.report());
    }

    @Override
    public Backend open() {
        throw new IllegalStateException("backend cuda is not available: " + GpuDriverLibrary.CUDA.report());
    }
}
