package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.data.digits.Digits;
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
        return Stream.of(NamedSet.values()).map(NamedSet::key).toList();
    }

    /**
     * What a network of unknown origin is most likely to want for this set; without a name of ours, pixels from 0 to 1.
     */
    public static Preprocessing usualPreprocessing(String name) {
        return NamedSet.named(name).map(NamedSet::preprocessing).orElse(Preprocessing.UNIT);
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
                .orElseGet(() -> new Choice(embedded.get(), Optional.of("no MNIST in " + folders.looked(NamedSet.MNIST)
                        + ": using the embedded digits instead; " + FETCH_COMMAND + " gets MNIST")));
    }

    static Dataset open(String name, DataFolders folders) {
        NamedSet set = named(name);
        return find(name, folders).orElseThrow(() -> new BadDataException(
                name + ": no such data in " + folders.looked(set) + (set == NamedSet.MNIST
                        ? "; " + FETCH_COMMAND + " gets it"
                        : ", expected " + set.expected())));
    }

    static Optional<Dataset> find(String name, DataFolders folders) {
        NamedSet set = named(name);
        return set == NamedSet.DIGITS
                ? Optional.of(Digits.load())
                : folders.find(set).map(set::read);
    }

    /**
     * The folder that a fetched set goes to, so that {@link #open} finds it there.
     *
     * @param data the folder given by the user; without one that of {@code ESPALIER_DATA} counts, then {@code data}
     */
    public static Path target(String name, Optional<Path> data) {
        return DataFolders.of(data, System.getenv()).target(name);
    }

    static NamedSet named(String name) {
        return NamedSet.named(name).orElseThrow(() -> new IllegalArgumentException(
                "no data set is called '" + name + "', known: " + String.join(", ", names())));
    }
}
