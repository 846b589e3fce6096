package org.espalier.data.feed;

import java.util.concurrent.atomic.AtomicReference;
import org.espalier.data.ImageSet;
import org.espalier.data.PixelTable;
import org.espalier.data.Preprocessing;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/** What both sources share: cutting an order of images into batches, and the reuse of buffers from epoch to epoch. */
abstract sealed class ImageBatches implements BatchSource permits ShuffledBatches, SequentialBatches {
    private final ImageSet images;
    private final PixelTable table;
    private final int batchSize;
    private final AtomicReference<@Nullable Ring> spare = new AtomicReference<>();

    ImageBatches(ImageSet images, Preprocessing preprocessing, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size " + batchSize + ", expected at least 1");
        }
        this.images = images;
        this.table = preprocessing.table(images.sampleShape().axis(0));
        this.batchSize = batchSize;
    }

    /** Writes the order in which an epoch visits the images, a permutation of {@code 0 .. order.length-1}. */
    abstract void order(int[] order, int epoch);

    @Override
    public final Shape sampleShape() {
        return images.sampleShape();
    }

    @Override
    public final int classes() {
        return images.classes();
    }

    @Override
    public final int samples() {
        return images.count();
    }

    @Override
    public final int batchesPerEpoch() {
        return Math.ceilDiv(images.count(), batchSize);
    }

    @Override
    public final BatchCursor open(int epoch, int firstBatch) {
        if (epoch < 0 || firstBatch < 0 || firstBatch > batchesPerEpoch()) {
            throw new IllegalArgumentException("epoch " + epoch + ", batch " + firstBatch
                    + ", expected an epoch from 0 and a batch in 0.." + batchesPerEpoch());
        }
        Ring kept = spare.getAndSet(null);
        Ring ring = kept != null
                ? kept
                : new Ring(Math.clamp(images.count(), 1, batchSize), sampleShape(), images.count());
        order(ring.order, epoch);
        return new PrefetchCursor((batch, inputs, labels) -> fill(ring.order, batch, inputs, labels), firstBatch,
                batchesPerEpoch(), ring, spare::set);
    }

    private int fill(int[] order, int batch, float[] inputs, int[] labels) {
        int from = batch * batchSize;
        int count = Math.min(batchSize, images.count() - from);
        for (int i = 0; i < count; i++) {
            int image = order[from + i];
            images.decode(image, table, inputs, i * sampleShape().size());
            labels[i] = images.label(image);
        }
        return count;
    }
}
