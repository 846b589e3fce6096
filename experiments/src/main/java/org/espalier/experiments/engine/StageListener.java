package org.espalier.experiments.engine;

import java.time.Duration;
import org.espalier.experiments.run.TrainingProgress;
import org.espalier.nn.train.Trainer;
import org.espalier.nn.train.TrainingListener;

/** Shows how a stage gets on, and says when a checkpoint is due: at each epoch's end, and when some time has passed. */
final class StageListener implements TrainingListener, AutoCloseable {
    /** What is done at these moments. */
    interface Steps {
        /** An epoch ended; a checkpoint belongs to it. */
        void epoch(EpochResult result);

        /** A checkpoint is due within an epoch. */
        void checkpoint();
    }

    private final TrainingProgress progress;
    private final long interval;
    private final Steps steps;
    private long seen;
    private long last = System.nanoTime();

    StageListener(String title, int epochs, long images, Trainer.Position from, Duration checkpointEvery, Steps steps) {
        this.progress = TrainingProgress.start(
                new TrainingProgress.Plan(title, epochs, images, from.epoch() * images + from.seen()));
        this.interval = checkpointEvery.toNanos();
        this.steps = steps;
        this.seen = from.seen();
    }

    @Override
    public void afterStep(Progress now) {
        progress.step((int) (now.samplesInEpoch() - seen), now.meanLoss(), now.accuracy());
        seen = now.samplesInEpoch();
        if (now.stepInEpoch() < now.stepsPerEpoch() && System.nanoTime() - last >= interval) {
            steps.checkpoint();
            last = System.nanoTime();
        }
    }

    @Override
    public void afterEpoch(EpochResult result) {
        seen = 0;
        steps.epoch(result);
        last = System.nanoTime();
    }

    @Override
    public void close() {
        progress.close();
    }
}
