package org.espalier.experiments.engine;

import org.espalier.nn.train.Recipe;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.schedule.When;

/**
 * Prunes the network that a dense run trained to each level of a schedule in a single step, each time from the dense weights
 * anew, and retrains it. Its curve has both: the accuracy right after each prune and that after its retraining. It ends
 * with the weights of the last level.
 *
 * @param dense what is pruned
 * @param method how; each step of its schedule is a level
 * @param retrain the recipe at each level; with 0 epochs nothing is retrained
 */
public record LevelsRun(DenseRun dense, PruningMethod method, Recipe retrain) implements TrainingRun, OfDenseRun {
    /** @throws IllegalArgumentException if the method prunes at another time than after training */
    public LevelsRun {
        if (method.when() != When.AFTER_TRAINING) {
            throw new IllegalArgumentException("a run that prunes a trained network can't prune " + method.when());
        }
    }

    @Override
    public int batch() {
        return dense.batch();
    }

    @Override
    public String prefix() {
        return dense.prefix() + "-levels";
    }

    @Override
    public long imagesToTrain() {
        return (long) method.schedule().steps() * retrain.epochs() * dense.data().trainImages();
    }
}
