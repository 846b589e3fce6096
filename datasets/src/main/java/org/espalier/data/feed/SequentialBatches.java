package org.espalier.data.feed;

import java.util.Arrays;
import org.espalier.data.ImageSet;
import org.espalier.data.Preprocessing;

/**
 * Images in their own order, the same in every epoch; the last batch may be smaller, and so is one with a
 * broken image.
 */
public final class SequentialBatches extends ImageBatches {
    /** @throws IllegalArgumentException if the batch size is not positive or the preprocessing is for other channels */
    public SequentialBatches(ImageSet images, Preprocessing preprocessing, int batchSize) {
        super(images, preprocessing, batchSize);
    }

    @Override
    boolean mayLeaveOut() {
        return true;
    }

    @Override
    void order(int[] order, int epoch) {
        Arrays.setAll(order, i -> i);
    }
}
