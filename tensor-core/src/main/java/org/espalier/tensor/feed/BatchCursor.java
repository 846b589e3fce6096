package org.espalier.tensor.feed;

import org.jspecify.annotations.Nullable;

/** A walk through the batches of one epoch. Closing it stops whatever prefetches for it. */
public interface BatchCursor extends AutoCloseable {
    /** The next batch, or null after the last one. The batch before is invalid from then on. */
    @Nullable
    Batch next();

    @Override
    void close();
}
