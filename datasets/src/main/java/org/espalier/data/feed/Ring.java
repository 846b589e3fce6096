package org.espalier.data.feed;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.shape.Shape;

/** The buffers of one cursor, and the order of its epoch. A source keeps those of a closed cursor for the next one. */
final class Ring {
    /** One batch in work, one ready, one being filled. */
    static final int SLOTS = 3;

    /** A buffer for one batch. */
    static final class Slot {
        final float[] inputs;
        final int[] labels;
        private final Batch full;
        private final Shape sample;
        private int count;

        Slot(int batchSize, Shape sample) {
            this.inputs = new float[Math.multiplyExact(batchSize, sample.size())];
            this.labels = new int[batchSize];
            this.sample = sample;
            this.full = new Batch(inputs, labels, sample.prepend(batchSize));
        }

        void holds(int samples) {
            this.count = samples;
        }

        Batch batch() {
            return count == full.count() ? full : new Batch(inputs, labels, sample.prepend(count));
        }
    }

    final List<Slot> slots = new ArrayList<>();

    /** The samples in the order of the epoch. */
    final int[] order;

    Ring(int batchSize, Shape sample, int samples) {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new Slot(batchSize, sample));
        }
        this.order = new int[samples];
    }
}
