package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.espalier.data.BadDataException;
import org.espalier.data.ImageSet;
import org.espalier.data.idx.IdxFiles;
import org.espalier.data.idx.Mnist;
import org.espalier.data.idx.MnistFile;

/** Reads a folder in idx format from end to end and says what it holds. */
public final class DataCheck {
    /** How well a file is known. */
    public enum Origin {
        /** MNIST's content and, if gzipped, the size of the official packing. */
        OFFICIAL,
        /** MNIST's content, packed anew. */
        REBUILT,
        /** Well formed, but of a content not known here. */
        UNKNOWN
    }

    /** One file: its sizes and the MD5 of its content, and how well it is known. */
    public record FileReport(IdxFiles.Summary summary, Origin origin) {}

    /**
     * A whole folder.
     *
     * @param checksum what a run over this set records
     * @param trainCounts training images of each class
     * @param testCounts test images of each class
     * @param verdict one line for people
     */
    public record Report(List<FileReport> files, String checksum, String shape, List<Integer> trainCounts,
            List<Integer> testCounts, String verdict) {
        public Report {
            files = List.copyOf(files);
            trainCounts = List.copyOf(trainCounts);
            testCounts = List.copyOf(testCounts);
        }
    }

    private DataCheck() {}

    /**
     * Checks the folder in which {@code name} is found by the rule of {@link Datasets#open}.
     *
     * @throws IllegalArgumentException naming the known names if this is none of them
     * @throws BadDataException if the set is not there or damaged, or is called mnist and is not MNIST
     */
    public static Report of(String name, Optional<Path> data) {
        DataFolders folders = DataFolders.of(data, System.getenv());
        Path folder = Datasets.folder(name, folders).orElseThrow(() -> new BadDataException(
                name + ": no files to check in " + Datasets.looked(name, folders)));
        Report report = of(folder);
        if (name.equals(Mnist.NAME)) {
            Mnist.requireOfficial(report.files().stream().map(FileReport::summary).toList());
        }
        return report;
    }

    /**
     * Checks this very folder.
     *
     * @throws BadDataException if the folder holds no set or a damaged one
     */
    public static Report of(Path folder) {
        IdxFiles.Content content = IdxFiles.in(folder).read(OptionalInt.empty());
        List<MnistFile> places = List.of(MnistFile.values());
        List<FileReport> files = IntStream.range(0, places.size())
                .mapToObj(i -> report(content.files().get(i), places.get(i))).toList();
        return new Report(files, content.checksum(), content.train().sampleShape().toString(), counts(content.train()),
                counts(content.test()), verdict(files, content));
    }

    private static FileReport report(IdxFiles.Summary file, MnistFile place) {
        Origin origin = !file.md5().equals(place.md5())
                ? Origin.UNKNOWN
                : file.fileBytes() == place.packedBytes() || file.fileBytes() == place.contentBytes()
                        ? Origin.OFFICIAL
                        : Origin.REBUILT;
        return new FileReport(file, origin);
    }

    private static String verdict(List<FileReport> files, IdxFiles.Content content) {
        if (content.checksum().equals(Mnist.CHECKSUM)) {
            return files.stream().allMatch(file -> file.origin() == Origin.OFFICIAL)
                    ? "MNIST, official by checksum"
                    : "MNIST, official by checksum, packed anew";
        }
        return "a sound set in idx format, unknown checksum: " + content.train() + " to train, "
                + content.test().count()
                + " to test";
    }

    private static List<Integer> counts(ImageSet set) {
        return IntStream.of(set.classCounts()).boxed().toList();
    }
}
