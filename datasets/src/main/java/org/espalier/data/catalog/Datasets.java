package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.digits.Digits;
import org.espalier.data.idx.IdxFolder;
import org.espalier.data.idx.Mnist;

/** The data sets that have a name on the command line, and where they are looked for. */
public final class Datasets {
    /** The command that gets MNIST. */
    public static final String FETCH_COMMAND = "./espalier data fetch mnist";

    /**
     * What a choice came to.
     *
     * @param notice a line for the user, if the set is not one that was asked for
     */
    public record Choice(Dataset dataset, Optional<String> notice) {}

    private Datasets() {}

    /** All names that {@link #open} knows. */
    public static List<String> names() {
        return List.of(Mnist.NAME, IdxFolder.NAME, Digits.NAME);
    }

    /**
     * The set of this name.
     *
     * @param name one of {@link #names()}
     * @param data the folder given by the user: the set lies in it or in its subfolder of that name. Without one the
     *     folder of {@code ESPALIER_DATA} counts, then {@code data} in the working directory
     * @throws IllegalArgumentException naming the known names if this is none of them
     * @throws BadDataException if the set is not there, or is damaged
     */
    public static Dataset open(String name, Optional<Path> data) {
        return open(name, DataFolders.of(data, System.getenv()));
    }

    /**
     * The set of this name, or nothing if its files are not there; {@code digits} always are.
     *
     * @throws IllegalArgumentException naming the known names if this is none of them
     * @throws BadDataException if the set is there but damaged
     */
    public static Optional<Dataset> find(String name, Optional<Path> data) {
        return find(name, DataFolders.of(data, System.getenv()));
    }

    /**
     * The set to work with when it may not have been named. A name is obeyed. Without a name it is MNIST; if that is
     * nowhere, and no folder was given either, it is the embedded digits, and the notice says so and how to get MNIST.
     *
     * @throws IllegalArgumentException naming the known names if the name is none of them
     * @throws BadDataException if a set or folder that was named is not there, or what is there is damaged
     */
    public static Choice choose(Optional<String> name, Optional<Path> data) {
        return choose(name, data, System.getenv(), Digits::load);
    }

    static Choice choose(Optional<String> name, Optional<Path> data, Map<String, String> environment,
            Supplier<Dataset> embedded) {
        DataFolders folders = DataFolders.of(data, environment);
        if (name.isPresent() || data.isPresent()) {
            return new Choice(open(name.orElse(Mnist.NAME), folders), Optional.empty());
        }
        return find(Mnist.NAME, folders).map(mnist -> new Choice(mnist, Optional.empty()))
                .orElseGet(() -> new Choice(embedded.get(), Optional.of("no MNIST in " + looked(Mnist.NAME, folders)
                        + ": using the embedded digits instead; " + FETCH_COMMAND + " gets MNIST")));
    }

    static Dataset open(String name, DataFolders folders) {
        return find(name, folders)
                .orElseThrow(() -> new BadDataException(name + ": no such data in " + looked(name, folders)
                        + (name.equals(Mnist.NAME) ? "; " + FETCH_COMMAND + " gets it" : ", expected four idx files")));
    }

    static Optional<Dataset> find(String name, DataFolders folders) {
        return switch (name) {
            case Mnist.NAME -> folders.find(name).map(Mnist::read);
            case IdxFolder.NAME -> folders.find(name).map(IdxFolder::read);
            case Digits.NAME -> Optional.of(Digits.load());
            default -> throw unknown(name);
        };
    }

    /** The folder a set lies in; nothing if it is not there or is embedded. */
    static Optional<Path> folder(String name, DataFolders folders) {
        return switch (name) {
            case Mnist.NAME, IdxFolder.NAME -> folders.find(name);
            case Digits.NAME -> Optional.empty();
            default -> throw unknown(name);
        };
    }

    /**
     * The folder that a fetched set goes to, so that {@link #open} finds it there.
     *
     * @param data the folder given by the user; without one that of {@code ESPALIER_DATA} counts, then {@code data}
     */
    public static Path target(String name, Optional<Path> data) {
        return DataFolders.of(data, System.getenv()).target(name);
    }

    static String looked(String name, DataFolders folders) {
        return String.join(", ", folders.candidates(name).stream().map(Path::toString).toList());
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "no data set is called '" + name + "', known: " + String.join(", ", names()));
    }
}
