package org.espalier.experiments.study;

import java.util.List;
import java.util.Optional;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.UsageException;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;
import org.espalier.tensor.backend.Backends;

/** A backend named on the command line. */
public final class KnownBackend {
    private KnownBackend() {}

    /**
     * The backend that {@code --backend} names, or the default.
     *
     * @throws UsageException if there is none of that name, or its device is not there
     */
    public static Backend open(Optional<String> name) {
        if (name.isEmpty()) {
            try {
                return Backends.openDefault();
            } catch (IllegalStateException missing) {
                throw new UsageException(String.valueOf(missing.getMessage()), missing);
            }
        }
        List<String> known = Backends.providers().stream().map(BackendProvider::name).toList();
        if (!known.contains(name.get())) {
            throw NearestName.unknown("backend", name.get(), known);
        }
        try {
            return Backends.open(name.get());
        } catch (IllegalStateException missing) {
            throw new UsageException("--backend " + name.get() + ": " + missing.getMessage(), missing);
        }
    }
}
