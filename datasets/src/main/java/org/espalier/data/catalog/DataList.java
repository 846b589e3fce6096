package org.espalier.data.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;

/** Which sets are where, without reading them. */
public final class DataList {
    /**
     * A set by name.
     *
     * @param folder where it lies, a folder or an archive; nothing if it is not there or is embedded
     * @param bytes what its files take there, 0 if there are none or many
     * @param status one of "embedded", "found", "not found", or what is missing
     */
    public record Entry(String name, Optional<Path> folder, long bytes, String status) {}

    private DataList() {}

    /** All names, with where each is found by the rule of {@link Datasets#open}. */
    public static List<Entry> of(Optional<Path> data) {
        return of(DataFolders.of(data, System.getenv()));
    }

    static List<Entry> of(DataFolders folders) {
        return Stream.of(NamedSet.values()).map(set -> entry(set, folders)).toList();
    }

    private static Entry entry(NamedSet set, DataFolders folders) {
        if (set == NamedSet.DIGITS) {
            return new Entry(set.key(), Optional.empty(), 0, "embedded");
        }
        Optional<Path> found = Optional.empty();
        try {
            found = folders.find(set);
            if (found.isEmpty()) {
                return new Entry(set.key(), found, 0, "not found in " + folders.looked(set));
            }
            long bytes = set.files(found.get()).stream().mapToLong(DataList::size).sum();
            return new Entry(set.key(), found, bytes, "found");
        } catch (BadDataException e) {
            return new Entry(set.key(), found, 0, String.valueOf(e.getMessage()));
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw BadDataException.of(file, "cannot be read", e);
        }
    }
}
