package org.espalier.data.feed;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.espalier.data.feed.Ring.Slot;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the batches of an epoch while a thread fills the ones after. Slots go round: free, filled, ready, in work,
 * free again. What the thread throws comes out of {@link #next()}, after the batches that were filled before it.
 */
final class PrefetchCursor implements BatchCursor {
    /** What the thread says: a slot that is filled, or that there is none any more, perhaps because it failed. */
    private sealed interface Message {
        record Filled(Slot slot) implements Message {}

        record End(@Nullable Throwable failure) implements Message {}
    }

    private final BlockingQueue<Slot> free = new ArrayBlockingQueue<>(Ring.SLOTS);

    /** Has room for everything there is to say, so that the thread only ever waits for a free slot. */
    private final BlockingQueue<Message> ready = new ArrayBlockingQueue<>(Ring.SLOTS + 1);

    private final Ring ring;
    private final Consumer<Ring> giveBack;
    private final Thread thread;
    private @Nullable Slot inWork;
    private Message.@Nullable End end;
    private boolean closed;

    /**
     * @param filler what fills the slots
     * @param first the first batch to hand out
     * @param batches one past the last
     * @param giveBack takes the ring when the cursor is closed and the thread has stopped
     */
    PrefetchCursor(Filler filler, int first, int batches, Ring ring, Consumer<Ring> giveBack) {
        this.ring = ring;
        this.giveBack = giveBack;
        free.addAll(ring.slots);
        this.thread = Thread.ofPlatform().daemon().name("espalier-prefetch").start(() -> work(filler, first, batches));
    }

    private void work(Filler filler, int first, int batches) {
        Message.End last = new Message.End(null);
        try {
            for (int batch = first; batch < batches; batch++) {
                Slot slot = free.take();
                int samples = filler.fill(batch, slot.inputs, slot.labels);
                if (samples == 0) {
                    free.add(slot);
                    continue;
                }
                slot.holds(samples);
                ready.add(new Message.Filled(slot));
            }
        } catch (InterruptedException e) {
            return;
        } catch (Throwable e) {
            last = new Message.End(e);
        }
        ready.add(last);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the cursor is closed, the waiting thread is interrupted, or the prefetching
     *     thread failed with a checked exception; its own unchecked exceptions and errors come as they are
     */
    @Override
    public @Nullable Batch next() {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
        if (inWork != null) {
            free.add(inWork);
            inWork = null;
        }
        if (end == null) {
            switch (take()) {
                case Message.Filled(Slot slot) -> {
                    inWork = slot;
                    return slot.batch();
                }
                case Message.End last -> end = last;
            }
        }
        return switch (end.failure()) {
            case null -> null;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("cannot fill the next batch", e);
        };
    }

    private Message take() {
        try {
            return ready.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the next batch", e);
        }
    }

    /** Stops the thread and waits until it has; the last batch is invalid from now on. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        giveBack.accept(ring);
    }
}
