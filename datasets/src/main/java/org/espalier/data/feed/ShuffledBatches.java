package org.espalier.data.feed;

import org.espalier.data.ImageSet;
import org.espalier.data.PixelTable;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;

/**
 * Images in random order, each once an epoch, augmented or not; the last batch may be smaller. The order is a pure
 * function of (seed, epoch), what happens to a sample one of (seed, epoch, position in the epoch). Several cursors may
 * be open at a time.
 */
public final class ShuffledBatches extends ImageBatches {
    private final Augmentation augmentation;
    private final long seed;

    /**
     * Images as they are.
     *
     * @throws IllegalArgumentException if the batch size is not positive or the preprocessing is for other channels
     */
    public ShuffledBatches(ImageSet images, Preprocessing preprocessing, int batchSize, long seed) {
        this(images, preprocessing, Augmentation.NONE, batchSize, seed);
    }

    /**
     * @param preprocessing applied after the augmentation, so that what lies outside of an image is black
     * @throws IllegalArgumentException if the batch size is not positive or the preprocessing is for other channels
     */
    public ShuffledBatches(ImageSet images, Preprocessing preprocessing, Augmentation augmentation, int batchSize,
            long seed) {
        super(images, preprocessing, batchSize);
        this.augmentation = augmentation;
        this.seed = seed;
    }

    @Override
    void order(int[] order, int epoch) {
        Permutation.fill(order, seed, epoch);
    }

    @Override
    void decode(ImageSet set, PixelTable pixels, int image, int epoch, int position, float[] inputs, int at) {
        if (augmentation.isNone()) {
            set.decode(image, pixels, inputs, at);
            return;
        }
        set.decode(image, framed -> augmentation.place(framed, sampleShape().axis(1), sampleShape().axis(2),
                Augmentation.random(seed, epoch, position)), pixels, inputs, at);
    }

    @Override
    boolean mayLeaveOut() {
        return false;
    }
}
