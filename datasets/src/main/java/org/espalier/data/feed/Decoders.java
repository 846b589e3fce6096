package org.espalier.data.feed;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that read images from files, one image each at a time. Shared by all sources and idle when nobody asks. Which
 * thread does which image makes no difference to it.
 */
public final class Decoders {
    /** System property with the number of threads; as many as there are processors if it is not set. */
    public static final String THREADS_PROPERTY = "espalier.data.threads";

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final int THREADS =
            Math.clamp(Integer.getInteger(THREADS_PROPERTY, Runtime.getRuntime().availableProcessors()), 1, 256);
    private static final ExecutorService POOL = Executors.newFixedThreadPool(THREADS,
            work -> Thread.ofPlatform().daemon().name("espalier-decode-" + NAMES.getAndIncrement()).unstarted(work));

    private Decoders() {}

    /**
     * Calls {@code work} with each of {@code 0 .. count-1}, on many threads, and returns when all is done. After a
     * failure nothing more is begun.
     *
     * @throws InterruptedException if the calling thread is interrupted; no call goes on then
     * @throws RuntimeException the first exception or error that {@code work} has thrown, as it is
     */
    public static void forEach(int count, IntConsumer work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        int threads = Math.min(THREADS, count);
        CountDownLatch running = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            POOL.execute(() -> {
                try {
                    for (int n = next.getAndIncrement(); n < count && !stop.get(); n = next.getAndIncrement()) {
                        work.accept(n);
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                    stop.set(true);
                } finally {
                    running.countDown();
                }
            });
        }
        await(running, stop);
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("cannot read the images", e);
        }
    }

    /** Waits to the end even when interrupted: nobody may write into a buffer that its owner has given up. */
    private static void await(CountDownLatch running, AtomicBoolean stop) throws InterruptedException {
        try {
            running.await();
        } catch (InterruptedException e) {
            stop.set(true);
            boolean done = false;
            while (!done) {
                try {
                    running.await();
                    done = true;
                } catch (InterruptedException again) {
                    stop.set(true);
                }
            }
            throw e;
        }
    }
}
