package org.espalier.data.feed;

import org.espalier.data.ImageSet;
import org.espalier.data.Preprocessing;

/**
 * Images in random order, each once an epoch; the last batch may be smaller. The order is a pure function of (seed,
 * epoch). Several cursors may be open at a time.
 */
public final class ShuffledBatches extends ImageBatches {
    private final long seed;

    /** @throws IllegalArgumentException if the batch size is not positive or the preprocessing is for other channels */
    public ShuffledBatches(ImageSet images, Preprocessing preprocessing, int batchSize, long seed) {
        super(images, preprocessing, batchSize);
        this.seed = seed;
    }

    @Override
    void order(int[] order, int epoch) {
        Permutation.fill(order, seed, epoch);
    }
}
