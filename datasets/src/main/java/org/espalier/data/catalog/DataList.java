package org.espalier.data.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.digits.Digits;
import org.espalier.data.idx.IdxFiles;

/** Which sets are where, without reading them. */
public final class DataList {
    /**
     * A set by name.
     *
     * @param folder where it lies; nothing if it is not there or is embedded
     * @param bytes what its files take there, 0 if there are none
     * @param status one of "embedded", "found", "not found", or what is missing
     */
    public record Entry(String name, Optional<Path> folder, long bytes, String status) {}

    private DataList() {}

    /** All names, with where each is found by the rule of {@link Datasets#open}. */
    public static List<Entry> of(Optional<Path> data) {
        return of(DataFolders.of(data, System.getenv()));
    }

    static List<Entry> of(DataFolders folders) {
        return Datasets.names().stream().map(name -> entry(name, folders)).toList();
    }

    private static Entry entry(String name, DataFolders folders) {
        Optional<Path> folder = Datasets.folder(name, folders);
        if (folder.isEmpty()) {
            return new Entry(name, folder, 0, name.equals(Digits.NAME)
                    ? "embedded"
                    : "not found in " + Datasets.looked(name, folders));
        }
        try {
            IdxFiles files = IdxFiles.in(folder.get());
            long bytes = Stream.of(files.trainImages(), files.trainLabels(), files.testImages(), files.testLabels())
                    .mapToLong(DataList::size).sum();
            return new Entry(name, folder, bytes, "found");
        } catch (BadDataException e) {
            return new Entry(name, folder, 0, e.getMessage());
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
