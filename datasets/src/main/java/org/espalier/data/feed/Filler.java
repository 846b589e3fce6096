package org.espalier.data.feed;

/** Writes one batch of an open epoch into buffers that are large enough. Called from the prefetching thread only. */
interface Filler {
    /**
     * Fills one batch and returns how many samples were written; 0 if the batch is to be left out.
     *
     * @throws InterruptedException if the cursor was closed meanwhile
     */
    int fill(int batch, float[] inputs, int[] labels) throws InterruptedException;
}
