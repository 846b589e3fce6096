package org.espalier.bench.ours;

import java.util.Iterator;
import java.util.List;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/** The same batches in each epoch, in memory: feeding costs nothing. */
record FixedBatches(List<Batch> batches, int classes) implements BatchSource {
    FixedBatches {
        batches = List.copyOf(batches);
    }

    @Override
    public Shape sampleShape() {
        return batches.getFirst().shape().withoutFirst();
    }

    @Override
    public int samples() {
        return batches.stream().mapToInt(Batch::count).sum();
    }

    @Override
    public int batchesPerEpoch() {
        return batches.size();
    }

    @Override
    public BatchCursor open(int epoch, int firstBatch) {
        Iterator<Batch> rest = batches.subList(firstBatch, batches.size()).iterator();
        return new BatchCursor() {
            @Override
            public @Nullable Batch next() {
                return rest.hasNext() ? rest.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
