package org.espalier.experiments.engine;

/** Seconds of work, with pauses, over several sittings. */
final class Stopwatch {
    private double seconds;
    private long since;
    private boolean running;

    /** Starts from what earlier sittings took. */
    Stopwatch(double seconds) {
        this.seconds = seconds;
    }

    void start() {
        since = System.nanoTime();
        running = true;
    }

    void pause() {
        seconds = seconds();
        running = false;
    }

    double seconds() {
        return running ? seconds + (System.nanoTime() - since) * 1e-9 : seconds;
    }
}
