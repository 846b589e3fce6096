package org.espalier.experiments.run;

import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that fills; speed and time left are the library's. */
final class BarProgress implements TrainingProgress {
    private static final int UPDATE_MILLIS = 500;

    private final Plan plan;
    private final ProgressBar bar;
    private long done;

    BarProgress(Plan plan, PrintStream terminal) {
        this.plan = plan;
        this.done = plan.imagesDone();
        this.bar = new ProgressBarBuilder()
                .setTaskName(plan.task())
                .setInitialMax(plan.images())
                .startsFrom(plan.imagesDone(), Duration.ZERO)
                .setUnit(" images", 1)
                .showSpeed()
                .setSpeedUnit(ChronoUnit.SECONDS)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .build();
    }

    @Override
    public void step(int images, double loss, double accuracy) {
        done += images;
        bar.stepTo(done);
        bar.setExtraMessage(" " + TrainingProgress.figures(plan, done, loss, accuracy));
    }

    @Override
    public void close() {
        bar.close();
    }
}
