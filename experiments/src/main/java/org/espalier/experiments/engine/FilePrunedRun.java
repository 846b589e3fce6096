package org.espalier.experiments.engine;

import java.util.Locale;
import java.util.Optional;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.schedule.When;

/**
 * Prunes weights from a file, step by step, and retrains them after each step with momentum from rest.
 *
 * @param network whose weights they are
 * @param weights SHA-256 of the file
 * @param data on what it is retrained
 * @param method how it is pruned
 * @param retraining what follows each step
 * @param batch images a step
 * @param seed key of the order of images and of dropout
 * @param backend what computes
 */
public record FilePrunedRun(
        NetworkSpec network,
        String weights,
        DataSpec data,
        PruningMethod method,
        Retraining retraining,
        int batch,
        long seed,
        String backend)
        implements
            TrainingRun {
    /** @throws IllegalArgumentException if the method prunes at another time than after training */
    public FilePrunedRun {
        if (method.when() != When.AFTER_TRAINING) {
            throw new IllegalArgumentException("a run that prunes trained weights can't prune " + method.when());
        }
    }

    /** Prune steps of the method; each has a stage for each part that is retrained. */
    public int steps() {
        return method.schedule().steps();
    }

    /** Prunings, each with a retraining. */
    int stages() {
        return steps() * parts();
    }

    private int parts() {
        return retraining.inParts() ? Stages.PARTS.size() : 1;
    }

    /** The step that a stage, counted from 1, belongs to. */
    int step(int stage) {
        return (stage - 1) / parts() + 1;
    }

    Recipe recipe(int stage) {
        return step(stage) == steps() ? retraining.lastRecipe() : retraining.recipe();
    }

    /** What people call a stage, such as {@code step 2 of 5, convolutional}. */
    public String title(int stage) {
        return "step " + step(stage) + " of " + steps()
                + Stages.part(this, stage).map(part -> ", " + part.label()).orElse("");
    }

    /** The warning that a layer has nothing left. */
    public static String emptied(String layer, long weights) {
        return String.format(Locale.ROOT, "warning: layer '%s' keeps none of its %,d weights", layer, weights);
    }

    @Override
    public Optional<Experiment> parent() {
        return Optional.empty();
    }

    @Override
    public String prefix() {
        return data.dataset() + "-" + network.name() + "-s" + seed + "-file-pruned";
    }

    @Override
    public long imagesToTrain() {
        long epochs = (steps() - 1L) * retraining.recipe().epochs() + retraining.lastRecipe().epochs();
        return epochs * parts() * data.trainImages();
    }
}
