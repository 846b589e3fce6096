package org.espalier.experiments.run;

import java.io.Console;
import java.util.Locale;

/**
 * Shows how a training gets on: epoch, images a second, loss, accuracy, time left. A bar on a terminal, elsewhere (a
 * log, a pipe) a plain line every few seconds. Not for use by several threads at once.
 */
public sealed interface TrainingProgress extends AutoCloseable permits BarProgress, PlainProgress {
    /**
     * What is to be done.
     *
     * @param task the name to show, such as that of the network
     * @param imagesDone images that are done already, for a run that goes on; they count neither for the speed nor for
     *     the time left
     */
    record Plan(String task, int epochs, long imagesPerEpoch, long imagesDone) {
        /** Images over all epochs. */
        public long images() {
            return epochs * imagesPerEpoch;
        }

        /** The epoch after so many images, counted from 1. */
        long epochAfter(long images) {
            return images == 0 ? 1 : Math.min(epochs, (images - 1) / Math.max(1, imagesPerEpoch) + 1);
        }
    }

    /** The display that fits where the process prints to. */
    static TrainingProgress start(Plan plan) {
        Console console = System.console();
        return console != null && console.isTerminal()
                ? new BarProgress(plan, System.out)
                : new PlainProgress(plan, System.out, System::nanoTime);
    }

    /**
     * Some images are done.
     *
     * @param images how many more
     * @param loss the mean loss lately
     * @param accuracy the share of right answers lately, 0 to 1; NaN if it is not known
     */
    void step(int images, double loss, double accuracy);

    /** Ends the display. Its last state stays to be read. */
    @Override
    void close();

    /** The numbers that change, as both displays show them. */
    static String figures(Plan plan, long images, double loss, double accuracy) {
        String text = String.format(
                Locale.ROOT, "epoch %d of %d, loss %.4f", plan.epochAfter(images), plan.epochs, loss);
        return Double.isNaN(accuracy) ? text : text + String.format(Locale.ROOT, ", accuracy %.2f %%", 100 * accuracy);
    }
}
