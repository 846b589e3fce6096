package org.espalier.experiments.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A line every few seconds, and one at the end. */
final class PlainProgress implements TrainingProgress {
    static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final Plan plan;
    private final PrintStream out;
    private final LongSupplier clock;
    private final long start;
    private long lastLine;
    private long done;
    private double loss;
    private double accuracy;
    private boolean printed = true;

    /** @param clock nanoseconds, as {@link System#nanoTime()} */
    PlainProgress(Plan plan, PrintStream out, LongSupplier clock) {
        this.plan = plan;
        this.out = out;
        this.clock = clock;
        this.done = plan.imagesDone();
        this.start = clock.getAsLong();
        this.lastLine = start;
    }

    @Override
    public void step(int images, double loss, double accuracy) {
        done += images;
        this.loss = loss;
        this.accuracy = accuracy;
        printed = false;
        long now = clock.getAsLong();
        if (now - lastLine >= INTERVAL_NANOS) {
            print(now);
        }
    }

    @Override
    public void close() {
        if (!printed) {
            print(clock.getAsLong());
        }
    }

    private void print(long now) {
        out.println(plan.task() + ": " + TrainingProgress.figures(plan, done, loss, accuracy) + pace(now));
        printed = true;
        lastLine = now;
    }

    /** Speed since the start, and the time that the rest takes at that speed. */
    private String pace(long now) {
        double seconds = (now - start) * 1e-9;
        double speed = (done - plan.imagesDone()) / seconds;
        if (!(seconds > 0 && speed > 0)) {
            return "";
        }
        long left = Math.round((plan.images() - done) / speed);
        return String.format(
                Locale.ROOT, ", %.0f images/s, %d:%02d:%02d left", speed, left / 3600, left / 60 % 60, left % 60);
    }
}
