package org.espalier.data.idx;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.ImageSet;

/**
 * MNIST: 60,000 and 10,000 handwritten digits of 28 x 28 (LeCun, Cortes, Burges), byte for byte the official set.
 *
 * @param checksum SHA-256 over the decompressed content of the four files: training images, training labels, test
 *     images, test labels
 */
public record Mnist(ImageSet train, ImageSet test, String checksum) implements Dataset {
    public static final String NAME = "mnist";

    /** The checksum that every copy has. */
    public static final String CHECKSUM = "b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a";

    private static final int CLASSES = 10;

    /**
     * Reads MNIST from the folder that holds its four files, plain or gzipped.
     *
     * @throws BadDataException if a file is missing, damaged, or holds anything but MNIST
     */
    public static Mnist read(Path folder) {
        IdxFiles.Content content = IdxFiles.in(folder).read(OptionalInt.of(CLASSES));
        requireOfficial(content.files());
        return new Mnist(content.train(), content.test(), content.checksum());
    }

    /**
     * Checks that each of the four files has the official content of its own place.
     *
     * @throws BadDataException for the first that has not, saying what it holds instead if that is another file of
     *     MNIST
     */
    public static void requireOfficial(List<IdxFiles.Summary> files) {
        List<MnistFile> places = List.of(MnistFile.values());
        for (int i = 0; i < places.size(); i++) {
            MnistFile expected = places.get(i);
            IdxFiles.Summary found = files.get(i);
            if (!found.md5().equals(expected.md5())) {
                Optional<MnistFile> other = MnistFile.ofContent(found.md5());
                throw new BadDataException(found.file() + ": "
                        + other.map(file -> "holds " + file.plainName()).orElse("content has MD5 " + found.md5())
                        + ", expected MNIST's " + expected.plainName() + " with MD5 " + expected.md5()
                        + (other.isPresent() ? "" : " (--dataset idx takes other sets of this format)"));
            }
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "MNIST, official by checksum";
    }
}
