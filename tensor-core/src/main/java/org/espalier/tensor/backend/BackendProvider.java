package org.espalier.tensor.backend;

/** How a backend makes itself known: found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The name of the backend, see {@link Backend#name}. */
    String name();

    /**
     * Looks for the device without leaving anything open, and without throwing.
     *
     * @return what is there, or in one line why there is nothing
     */
    Availability probe();

    /**
     * Opens the backend.
     *
     * @throws IllegalStateException with the reason if the device is not available
     */
    Backend open();

    /**
     * Whether a device can be used, and one line about it or about what is missing.
     *
     * @param present true if {@link #open} will work
     * @param description the device, or the reason
     */
    record Availability(boolean present, String description) {}
}
