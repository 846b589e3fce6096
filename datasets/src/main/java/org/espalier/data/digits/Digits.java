package org.espalier.data.digits;

import java.nio.file.Path;
import org.espalier.data.Dataset;
import org.espalier.data.ImageSet;
import org.espalier.data.idx.IdxWriter;

/**
 * The embedded digits: 60,000 and 10,000 drawn digits of 28 x 28, in the shape of MNIST, at hand without a network.
 *
 * @param checksum SHA-256 over the set written as idx files: training images, training labels, test images, test labels
 */
public record Digits(ImageSet train, ImageSet test, String checksum) implements Dataset {
    public static final String NAME = "digits";

    /** What the drawn set hashes to on every machine; a change of the drawing changes it and names the cache anew. */
    public static final String CHECKSUM = "9b956a76e496c279f57b25eedc652365918c08602e31b884055bd201e8aa882a";

    private static final long SEED = 1;
    private static final int TRAIN = 60_000;
    private static final int TEST = 10_000;

    /**
     * The set, from the user's cache folder if it is there intact; else it is drawn, and kept there if that is
     * possible.
     */
    public static Digits load() {
        return load(DigitsCache.folder(System.getenv(), System.getProperty("user.home", ".")));
    }

    /** The same with another cache folder. A broken cache is drawn anew, an unwritable one is done without. */
    public static Digits load(Path cache) {
        return DigitsCache.read(cache).orElseGet(() -> {
            Digits drawn = draw();
            DigitsCache.write(cache, drawn);
            return drawn;
        });
    }

    /** Draws the set, with neither cache nor disk: a second or two. */
    public static Digits draw() {
        return draw(SEED, TRAIN, TEST);
    }

    /** A set of its own seed and size; the test images follow the training images in the seed's sequence. */
    public static Digits draw(long seed, int train, int test) {
        ImageSet trainSet = Drawing.draw(seed, 0, train);
        ImageSet testSet = Drawing.draw(seed, train, test);
        return new Digits(trainSet, testSet, IdxWriter.checksum(trainSet, testSet));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return checksum.equals(CHECKSUM)
                ? "embedded digits, drawn by this program, not MNIST"
                : "digits drawn by this program with a seed of their own, checksum " + checksum.substring(0, 16);
    }
}
