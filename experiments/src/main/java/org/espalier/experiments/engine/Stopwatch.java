package org.espalier.experiments.engine;

import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;

/** Seconds of work, with pauses, over several sittings: a checkpoint carries them from one to the next. */
final class Stopwatch {
    private static final String SECONDS = "espalier.seconds";

    private double seconds;
    private long since;
    private boolean running;

    /** Starts from what earlier sittings took. */
    Stopwatch(double seconds) {
        this.seconds = seconds;
    }

    /**
     * Goes on from a checkpoint.
     *
     * @throws BadFileException if it does not say how long its run took
     */
    static Stopwatch of(SafetensorsFile state) {
        String seconds = state.metadata().getOrDefault(SECONDS, "nothing");
        try {
            return new Stopwatch(Double.parseDouble(seconds));
        } catch (NumberFormatException notWritten) {
            throw new BadFileException(state.path(), "the metadata '" + SECONDS + "' is " + seconds, "a number");
        }
    }

    /** Writes the seconds so far into a checkpoint. */
    SafetensorsWriter addTo(SafetensorsWriter state) {
        return state.metadata(SECONDS, Double.toString(seconds()));
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
