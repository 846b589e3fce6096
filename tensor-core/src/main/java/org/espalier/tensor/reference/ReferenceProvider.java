package org.espalier.tensor.reference;

import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;

/** Makes the reference backend known. */
public final class ReferenceProvider implements BackendProvider {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public Availability probe() {
        return new Availability(true, "plain loops in double precision, the oracle");
    }

    @Override
    public Backend open() {
        return new ReferenceBackend();
    }
}
