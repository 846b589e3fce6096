package org.espalier.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Closes a stream from which nothing has come for a while, so that the read that waits on it ends with an exception.
 */
final class StallWatch implements AutoCloseable {
    private final Thread thread;
    private volatile long lastAlive = System.nanoTime();

    StallWatch(InputStream stream, Duration patience) {
        this.thread = Thread.ofVirtual().name("espalier-stall-watch").start(() -> watch(stream, patience.toNanos()));
    }

    /** Something came. */
    void alive() {
        lastAlive = System.nanoTime();
    }

    private void watch(InputStream stream, long patience) {
        try {
            for (long left = patience; left > 0; left = patience - (System.nanoTime() - lastAlive)) {
                Thread.sleep(Duration.ofNanos(left));
            }
            stream.close();
        } catch (InterruptedException | IOException e) {
            // Not needed any more, or closed already: either way nobody waits for the stream.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
