package org.espalier.data.idx;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.ImageSet;

/**
 * Any set in idx format, such as Fashion-MNIST: grey images, at most 256 classes, their number taken from the labels.
 *
 * @param checksum SHA-256 over the decompressed content of the four files: training images, training labels, test
 *     images, test labels
 */
public record IdxFolder(ImageSet train, ImageSet test, String checksum) implements Dataset {
    public static final String NAME = "idx";

    /**
     * Reads the set from the folder that holds its four files, plain or gzipped.
     *
     * @throws BadDataException if a file is missing or damaged, or the four do not fit each other
     */
    public static IdxFolder read(Path folder) {
        IdxFiles.Content content = IdxFiles.in(folder).read(OptionalInt.empty());
        return new IdxFolder(content.train(), content.test(), content.checksum());
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Labels are mere numbers. */
    @Override
    public boolean mayLackClasses() {
        return true;
    }

    @Override
    public String description() {
        return checksum.equals(Mnist.CHECKSUM)
                ? "MNIST, official by checksum"
                : "set in idx format, unknown checksum " + checksum.substring(0, 16);
    }
}
