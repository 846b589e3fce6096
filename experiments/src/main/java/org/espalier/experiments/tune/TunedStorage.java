package org.espalier.experiments.tune;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.experiments.run.JsonText;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.io.BadFileException;
import org.espalier.prune.compact.StorageChoice;

/**
 * The shares up to which compressed rows are the faster, as they were measured on this machine: JSON of a
 * {@link StorageChoice} in the user's cache folder.
 */
public final class TunedStorage {
    private static final String CACHE = "XDG_CACHE_HOME";
    private static final String FOLDER = "espalier";
    private static final String FILE = "break-even.json";

    private TunedStorage() {}

    /**
     * Where they lie: {@code $XDG_CACHE_HOME/espalier/break-even.json}, or below {@code ~/.cache} where the variable is not
     * set to an absolute path, as its specification has it.
     *
     * @param environment usually {@link System#getenv()}
     * @throws UsageException if it is no path
     */
    public static Path place(Map<String, String> environment) {
        String cache = environment.getOrDefault(CACHE, "");
        try {
            Path root = cache.isBlank() || !Path.of(cache).isAbsolute()
                    ? Path.of(System.getProperty("user.home"), ".cache")
                    : Path.of(cache);
            return root.resolve(FOLDER).resolve(FILE);
        } catch (InvalidPathException cause) {
            throw new UsageException("'" + cache + "' of " + CACHE + " is no folder: " + cause.getReason(), cause);
        }
    }

    /**
     * What was measured, or what is shipped if there is no file.
     *
     * @throws BadFileException if the file is broken
     */
    public static StorageChoice of(Path file) {
        return Files.exists(file) ? read(file) : StorageChoice.SHIPPED;
    }

    /**
     * What a file says.
     *
     * @throws BadFileException if it can't be read or is broken
     */
    public static StorageChoice read(Path file) {
        try {
            return JsonText.read(file, StorageChoice.class);
        } catch (BadFileException broken) {
            throw new BadFileException(file, broken.found(), "what espalier tune writes: it makes the file anew");
        }
    }

    /**
     * Writes a file, whole or not at all; its folder must exist.
     *
     * @throws org.espalier.nn.io.CannotWriteException if it can't be written
     */
    public static void write(Path file, StorageChoice choice) {
        JsonText.write(file, choice);
    }
}
