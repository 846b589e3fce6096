package org.espalier.gpu;

import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;

/** Says whether OpenCL devices could be used here. It can't open a backend before there are kernels for it. */
public final class OpenclProvider implements BackendProvider {
    @Override
    public String name() {
        return "opencl";
    }

    @Override
    public Availability probe() {
        return new Availability(false, GpuDriverLibrary.OPENCL.report());
    }

    @Override
    public Backend open() {
        throw new IllegalStateException("backend opencl is not available: " + GpuDriverLibrary.OPENCL.report());
    }
}
