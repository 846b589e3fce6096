package org.espalier.tensor.feed;

import org.espalier.tensor.shape.Shape;

/**
 * Where training and evaluation get their batches from. Reading is a pure function of (seed, epoch, batch index), so
 * that a run cut off in the middle of an epoch goes on with the very same batches.
 */
public interface BatchSource {
    /** Shape of one sample, such as {@code [1,28,28]}. */
    Shape sampleShape();

    /** Number of classes; labels lie in {@code 0 .. classes()-1}. */
    int classes();

    /** Number of samples an epoch visits. */
    int samples();

    /** Batches an epoch has; the last one may be smaller. */
    int batchesPerEpoch();

    /**
     * The batches of an epoch, from the given one on. Each batch is valid until the next one is asked for.
     *
     * @param epoch counted from 0; sources that do not shuffle ignore it
     * @param firstBatch the first batch wanted, {@code 0 .. batchesPerEpoch()}
     */
    BatchCursor open(int epoch, int firstBatch);
}
