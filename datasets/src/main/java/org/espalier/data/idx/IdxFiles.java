package org.espalier.data.idx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.ImageSet;
import org.espalier.tensor.shape.Shape;

/**
 * The four files that make a set in idx format, found in a folder by their names.
 *
 * @param trainImages {@code train-images-idx3-ubyte}, or with {@code .gz}; a prefix as EMNIST's {@code emnist-letters-}
 *     and a dot for the second hyphen are taken too, here as for the others
 * @param trainLabels {@code train-labels-idx1-ubyte}
 * @param testImages {@code t10k-images-idx3-ubyte}, or {@code test-images-idx3-ubyte}
 * @param testLabels {@code t10k-labels-idx1-ubyte}, or {@code test-labels-idx1-ubyte}
 */
public record IdxFiles(Path trainImages, Path trainLabels, Path testImages, Path testLabels) {
    /**
     * What the four files hold.
     *
     * @param checksum SHA-256 over the decompressed content of the four files, in the order of {@link IdxFiles}
     * @param files the four files in the same order
     */
    public record Content(ImageSet train, ImageSet test, String checksum, List<Summary> files) {
        public Content {
            files = List.copyOf(files);
        }
    }

    /** A file's size as it lies there, and the size and MD5 of its content once decompressed. */
    public record Summary(Path file, long fileBytes, long contentBytes, String md5) {}

    /** Whether the folder holds a file of training images, and so claims to hold a set. */
    public static boolean present(Path folder) {
        return !named(folder, "train", "images-idx3", "images.idx3").isEmpty();
    }

    /**
     * Finds the four files.
     *
     * @throws BadDataException if one is missing, or there are several for one part
     */
    public static IdxFiles in(Path folder) {
        return new IdxFiles(
                one(folder, "train-images-idx3-ubyte", named(folder, "train", "images-idx3", "images.idx3")),
                one(folder, "train-labels-idx1-ubyte", named(folder, "train", "labels-idx1", "labels.idx1")),
                one(folder, "t10k-images-idx3-ubyte", named(folder, "(t10k|test)", "images-idx3", "images.idx3")),
                one(folder, "t10k-labels-idx1-ubyte", named(folder, "(t10k|test)", "labels-idx1", "labels.idx1")));
    }

    /**
     * Reads and checks all four files.
     *
     * @param classes the number of classes if it is known; else it is one more than the highest label
     * @throws BadDataException if a file is not what it should be, or they do not fit each other
     */
    public Content read(OptionalInt classes) {
        IdxReader reader = new IdxReader();
        IdxArray[] arrays = {
            reader.read(trainImages, IdxReader.IMAGES), reader.read(trainLabels, IdxReader.LABELS),
            reader.read(testImages, IdxReader.IMAGES), reader.read(testLabels, IdxReader.LABELS)
        };
        return content(arrays, reader.checksum(), classes, List.of(
                summary(trainImages, arrays[0]), summary(trainLabels, arrays[1]),
                summary(testImages, arrays[2]), summary(testLabels, arrays[3])));
    }

    /** Puts the four parts together; apart from {@link #read} so that tests need no files. */
    static Content content(IdxArray[] arrays, String checksum, OptionalInt classes, List<Summary> files) {
        Shape train = arrays[0].shape().withoutFirst();
        Shape test = arrays[2].shape().withoutFirst();
        if (!train.equals(test)) {
            throw new BadDataException(
                    arrays[2].source() + ": images of " + test + " pixels, expected " + train + " as in "
                            + arrays[0].source());
        }
        int count = classes.orElseGet(() -> 1 + Math.max(highest(arrays[1].bytes()), highest(arrays[3].bytes())));
        return new Content(join(arrays[0], arrays[1], count), join(arrays[2], arrays[3], count), checksum, files);
    }

    private static ImageSet join(IdxArray images, IdxArray labels, int classes) {
        int count = images.shape().axis(0);
        if (labels.shape().axis(0) != count) {
            throw new BadDataException(labels.source() + ": " + labels.shape().axis(0) + " labels, expected " + count
                    + ", one for each image of " + images.source());
        }
        int[] classOf = new int[count];
        for (int i = 0; i < count; i++) {
            classOf[i] = labels.bytes()[i] & 0xff;
            if (classOf[i] >= classes) {
                throw new BadDataException(
                        labels.source() + ": label " + classOf[i] + " of image " + i + ", expected 0.."
                                + (classes - 1));
            }
        }
        return new ImageSet(images.bytes(), classOf, images.shape().withoutFirst().prepend(1), classes);
    }

    private static int highest(byte[] labels) {
        int highest = 0;
        for (byte label : labels) {
            highest = Math.max(highest, label & 0xff);
        }
        return highest;
    }

    private static Summary summary(Path file, IdxArray array) {
        try {
            return new Summary(file, Files.size(file), array.contentBytes(), array.md5());
        } catch (IOException e) {
            throw BadDataException.of(file, "cannot be read", e);
        }
    }

    /** Files whose names end as wanted, sorted; empty too if the folder is missing or unreadable. */
    private static List<Path> named(Path folder, String part, String hyphen, String dot) {
        String pattern = "(?:.*-)?" + part + "-(?:" + hyphen + "|" + dot.replace(".", "\\.") + ")-ubyte(?:\\.gz)?";
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
        } catch (IOException e) {
            throw BadDataException.of(folder, "cannot be listed", e);
        }
    }

    private static Path one(Path folder, String standardName, List<Path> candidates) {
        Optional<Path> standard = candidates.stream()
                .filter(file -> file.getFileName().toString().replace(".gz", "").equals(standardName)).findFirst();
        if (standard.isPresent()) {
            return standard.get();
        }
        if (candidates.size() != 1) {
            throw new BadDataException(folder + ": " + (candidates.isEmpty() ? "has no file" : "has several files for")
                    + " " + standardName + "[.gz]" + (candidates.isEmpty() ? "" : ", expected one: " + candidates));
        }
        return candidates.getFirst();
    }
}
