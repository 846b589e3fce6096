package org.espalier.experiments.study;

import java.nio.file.Path;
import java.util.List;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.io.BadFileException;

/** A preprocessing named on the command line. */
public final class KnownPreprocessing {
    private KnownPreprocessing() {}

    /**
     * The preprocessing that a weight file names.
     *
     * @throws BadFileException if there is none of that name
     */
    public static Preprocessing ofFile(Path file, String name) {
        try {
            return Preprocessing.named(name);
        } catch (IllegalArgumentException unknown) {
            throw new BadFileException(file, "names the preprocessing '" + name + "'",
                    "one of " + names() + "; --normalise takes another");
        }
    }

    private static List<String> names() {
        return Preprocessing.known().stream().map(Preprocessing::name).toList();
    }

    /**
     * The preprocessing that {@code --normalise} names.
     *
     * @throws UsageException if there is none, with the name that was probably meant
     */
    public static Preprocessing named(String name) {
        if (name.matches("[a-zA-Z0-9-]*") && !names().contains(name)) {
            throw NearestName.unknown("preprocessing", name, names());
        }
        try {
            return Preprocessing.named(name);
        } catch (IllegalArgumentException cause) {
            throw new UsageException("--normalise: " + cause.getMessage(), cause);
        }
    }
}
