package org.espalier.tensor.backend;

import java.util.List;

/** Kernels from elsewhere for a backend, asked before its own. Found by {@link java.util.ServiceLoader}. */
public interface KernelProvider {
    /** The name of the backend they are for. */
    String backend();

    List<Variant<?>> variants();
}
