package org.espalier.data.feed;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.espalier.data.BadDataException;
import org.espalier.data.ImageSet;
import org.espalier.data.PixelTable;
import org.espalier.data.Preprocessing;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What both sources share: cutting an order of images into batches, and the reuse of buffers from epoch to epoch. Images
 * in files are read on many threads; one that is broken is left out, and its batch is smaller.
 */
public abstract sealed class ImageBatches implements BatchSource permits ShuffledBatches, SequentialBatches {
    private static final Logger LOG = LoggerFactory.getLogger(ImageBatches.class);

    private final ImageSet images;
    private final PixelTable table;
    private final int batchSize;
    private final BrokenImages broken;
    private final AtomicReference<@Nullable Ring> spare = new AtomicReference<>();

    ImageBatches(ImageSet images, Preprocessing preprocessing, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size " + batchSize + ", expected at least 1");
        }
        this.images = preprocessing.framing().map(images::framed).orElse(images);
        this.table = preprocessing.table(images.sampleShape().axis(0));
        this.batchSize = batchSize;
        this.broken = new BrokenImages(images.count(), line -> LOG.warn("left out: {}", line));
    }

    /** Writes one sample to {@code inputs[at ..]}: the image that stands at this position of the epoch. */
    void decode(ImageSet set, PixelTable pixels, int image, int epoch, int position, float[] inputs, int at) {
        set.decode(image, pixels, inputs, at);
    }

    /** Whether a batch of which every image is broken may be left out; where a run goes on by number, it may not. */
    abstract boolean mayLeaveOut();

    /** What is wrong with each image that could not be read so far, naming its file. */
    public final List<String> broken() {
        return broken.reasons();
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
        return new PrefetchCursor((batch, inputs, labels) -> fill(ring.order, epoch, batch, inputs, labels),
                firstBatch, batchesPerEpoch(), ring, spare::set);
    }

    private int fill(int[] order, int epoch, int batch, float[] inputs, int[] labels) throws InterruptedException {
        int from = batch * batchSize;
        int count = Math.min(batchSize, images.count() - from);
        int size = sampleShape().size();
        if (images.inMemory()) {
            for (int i = 0; i < count; i++) {
                decode(images, table, order[from + i], epoch, from + i, inputs, i * size);
                labels[i] = images.label(order[from + i]);
            }
            return count;
        }
        // A label of -1 is a broken image's until the gaps are closed.
        Decoders.forEach(count, i -> {
            int image = order[from + i];
            try {
                decode(images, table, image, epoch, from + i, inputs, i * size);
                labels[i] = images.label(image);
            } catch (BadDataException e) {
                labels[i] = -1;
                broken.add(image, e);
            }
        });
        return closeGaps(count, size, inputs, labels);
    }

    private int closeGaps(int count, int size, float[] inputs, int[] labels) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (labels[i] >= 0) {
                if (kept < i) {
                    System.arraycopy(inputs, i * size, inputs, kept * size, size);
                    labels[kept] = labels[i];
                }
                kept++;
            }
        }
        if (kept == 0 && !mayLeaveOut()) {
            throw new BadDataException("no image of a batch of " + count + " can be read: " + broken().getFirst());
        }
        return kept;
    }
}
