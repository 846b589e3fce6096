package org.espalier.experiments.recipe;

import java.util.Optional;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;
import org.espalier.nn.train.Recipe;

/**
 * A whole training, but for the network and the data.
 *
 * @param name the one that the command line knows
 * @param purpose what it is for, in one line
 * @param source where it is from
 * @param recipe epochs, update rule, learning rate
 * @param batch images of a batch
 * @param augmentation what happens to an image each time it is trained on
 * @param inputs how pixels become inputs; empty for what is usual for the data set
 */
public record TrainingRecipe(String name, String purpose, String source, Recipe recipe, int batch,
        Augmentation augmentation, Optional<Preprocessing> inputs) {
    public TrainingRecipe {
        if (batch < 1) {
            throw new IllegalArgumentException("recipe " + name + " has batches of " + batch + " images");
        }
    }

    /** With the inputs that are usual for the data set. */
    public TrainingRecipe(String name, String purpose, String source, Recipe recipe, int batch,
            Augmentation augmentation) {
        this(name, purpose, source, recipe, batch, augmentation, Optional.empty());
    }

    /** The same with another recipe. */
    public TrainingRecipe with(Recipe other) {
        return new TrainingRecipe(name, purpose, source, other, batch, augmentation, inputs);
    }

    /** The same with batches of another size. */
    public TrainingRecipe withBatch(int images) {
        return new TrainingRecipe(name, purpose, source, recipe, images, augmentation, inputs);
    }

    /** The same with another augmentation. */
    public TrainingRecipe with(Augmentation other) {
        return new TrainingRecipe(name, purpose, source, recipe, batch, other, inputs);
    }

    /** The same with other inputs. */
    public TrainingRecipe with(Preprocessing other) {
        return new TrainingRecipe(name, purpose, source, recipe, batch, augmentation, Optional.of(other));
    }
}
