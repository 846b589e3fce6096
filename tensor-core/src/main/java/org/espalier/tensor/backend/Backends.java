package org.espalier.tensor.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The backends on the class path, by name. */
public final class Backends {
    private Backends() {}

    /** Every provider on the class path; the CPU first, then the others by name. */
    public static List<BackendProvider> providers() {
        List<BackendProvider> found = new ArrayList<>();
        ServiceLoader.load(BackendProvider.class).forEach(found::add);
        found.sort((a, b) -> order(a).compareTo(order(b)));
        return found;
    }

    /**
     * Opens a backend by name.
     *
     * @throws IllegalArgumentException if no provider has that name, listing those there are
     * @throws IllegalStateException if its device is not available, with the reason
     */
    public static Backend open(String name) {
        List<BackendProvider> providers = providers();
        for (BackendProvider provider : providers) {
            if (provider.name().equals(name)) {
                return provider.open();
            }
        }
        throw new IllegalArgumentException("no backend '" + name + "' here; there are "
                + providers.stream().map(BackendProvider::name).collect(Collectors.joining(", ")));
    }

    /** The default: CUDA where there is a device, else the CPU. */
    public static Backend openDefault() {
        for (BackendProvider provider : providers()) {
            if (provider.name().equals("cuda") && provider.probe().present()) {
                return provider.open();
            }
        }
        return open("cpu");
    }

    private static String order(BackendProvider provider) {
        return (provider.name().equals("cpu") ? "0" : "1") + provider.name();
    }
}
