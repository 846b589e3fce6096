package org.espalier.tensor.cpu;

import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;

/** Makes the CPU backend known, and says what to do where the JVM was started without the Vector API. */
public final class CpuProvider implements BackendProvider {
    private static final String MISSING =
            "the CPU backend needs the Vector API: start java with --add-modules jdk.incubator.vector";

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public Availability probe() {
        if (!vectorApi()) {
            return new Availability(false, MISSING);
        }
        try (Backend backend = open()) {
            return new Availability(true, backend.description());
        } catch (IllegalStateException badProperty) {
            return new Availability(false, String.valueOf(badProperty.getMessage()));
        }
    }

    @Override
    public Backend open() {
        return new CpuBackend();
    }

    /**
     * Refuses to go on in a JVM without the Vector API, before a class that needs it is touched.
     *
     * @throws IllegalStateException that names the flag
     */
    static void requireVectorApi() {
        if (!vectorApi()) {
            throw new IllegalStateException(MISSING);
        }
    }

    private static boolean vectorApi() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
