package org.espalier.experiments.engine;

import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;
import org.espalier.data.feed.SequentialBatches;
import org.espalier.data.feed.ShuffledBatches;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;

/**
 * What is trained on and measured on.
 *
 * @param dataset the set's name, such as {@code mnist}
 * @param checksum of its content
 * @param trainImages how many of its training images are trained on, the first ones
 * @param preprocessing how pixels become inputs
 * @param augmentation what happens to an image each time it is trained on
 */
public record DataSpec(String dataset, String checksum, int trainImages, Preprocessing preprocessing,
        Augmentation augmentation) {
    /** What a run's circumstances call the number of training images that the whole set has. */
    static final String SET_IMAGES = "training images in the set";

    /** Numbers of a test batch's inputs at most: 250 images of CIFAR are fewer, and 26 of ImageNet. */
    private static final int TEST_INPUTS = 4_000_000;

    /** Images a test batch at most; large enough to be quick, small enough to fit caches. */
    private static final int TEST_BATCH = 250;

    public DataSpec {
        if (trainImages < 1) {
            throw new IllegalArgumentException("an experiment needs at least 1 training image, got " + trainImages);
        }
    }

    /** Images as they are. */
    public DataSpec(String dataset, String checksum, int trainImages, Preprocessing preprocessing) {
        this(dataset, checksum, trainImages, preprocessing, Augmentation.NONE);
    }

    /**
     * A set, or the first images of it, as they are.
     *
     * @param most training images at most; a smaller set is taken whole
     */
    public static DataSpec of(Dataset dataset, int most, Preprocessing preprocessing) {
        return new DataSpec(dataset.name(), dataset.checksum(), Math.min(most, dataset.train().count()), preprocessing);
    }

    /** The same, augmented. */
    public DataSpec with(Augmentation other) {
        return new DataSpec(dataset, checksum, trainImages, preprocessing, other);
    }

    /** The images to train on, in an order that the seed decides. */
    BatchSource trainImages(Dataset data, int batch, long seed) {
        return new ShuffledBatches(data.train().first(trainImages), preprocessing, augmentation, batch, seed);
    }

    /** The images to measure on. */
    BatchSource testImages(Dataset data) {
        return new SequentialBatches(data.test(), preprocessing, testBatch(preprocessing.sampleShape(data.test())));
    }

    /**
     * Training images to choose by: the last ones, which nobody must train on then.
     *
     * @param count how many
     */
    public BatchSource heldBackImages(Dataset data, int count) {
        return new SequentialBatches(
                data.train().last(count), preprocessing, testBatch(preprocessing.sampleShape(data.train())));
    }

    /** How many images of this shape are measured on at a time; no result depends on it beyond rounding. */
    public static int testBatch(Shape sample) {
        return Math.clamp(TEST_INPUTS / Math.max(1, sample.size()), 1, TEST_BATCH);
    }
}
