package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.espalier.data.BadDataException;
import org.espalier.data.ImageSet;

/** Reads a set from end to end and says what it holds. */
public final class DataCheck {
    /** How well a file is known. */
    public enum Origin {
        /** The published file, by its checksum. */
        OFFICIAL,
        /** The published content, packed anew or in another order. */
        REBUILT,
        /** Well formed, but of a content not known here. */
        UNKNOWN
    }

    /** One file: its sizes and the MD5 of its content, and how well it is known. */
    public record FileReport(String name, long fileBytes, long contentBytes, String md5, Origin origin) {}

    /**
     * A whole set.
     *
     * @param place the folder or archive
     * @param files what it is made of, if that is few files
     * @param checksum what a run over this set records
     * @param shape of a sample
     * @param classes names of the classes, by number
     * @param trainCounts training images of each class
     * @param testCounts test images of each class
     * @param broken what is wrong with each image that cannot be read, naming its file
     * @param verdict one line for people
     */
    public record Report(Path place, List<FileReport> files, String checksum, String shape, List<String> classes,
            List<Integer> trainCounts, List<Integer> testCounts, List<String> broken, String verdict) {
        public Report {
            files = List.copyOf(files);
            classes = List.copyOf(classes);
            trainCounts = List.copyOf(trainCounts);
            testCounts = List.copyOf(testCounts);
            broken = List.copyOf(broken);
        }

        static List<String> numbers(int classes) {
            return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        }

        static List<Integer> counts(ImageSet set) {
            return IntStream.of(set.classCounts()).boxed().toList();
        }
    }

    private DataCheck() {}

    /**
     * Checks what is found as {@code name} by the rule of {@link Datasets#open}.
     *
     * @throws IllegalArgumentException naming the known names if this is none of them
     * @throws BadDataException if the set is not there or damaged, is called mnist and is not MNIST, or if more than one
     *     in a hundred of its images cannot be read
     */
    public static Report of(String name, Optional<Path> data) {
        DataFolders folders = DataFolders.of(data, System.getenv());
        NamedSet set = Datasets.named(name);
        Path found = folders.find(set).orElseThrow(() -> new BadDataException(
                name + ": no files to check in " + folders.looked(set)));
        return set.check(found);
    }
}
