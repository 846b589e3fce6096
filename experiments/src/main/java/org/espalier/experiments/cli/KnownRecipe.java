package org.espalier.experiments.cli;

import org.espalier.experiments.recipe.Recipes;
import org.espalier.experiments.recipe.TrainingRecipe;
import org.espalier.experiments.run.NearestName;

/** A recipe named on the command line. */
final class KnownRecipe {
    private KnownRecipe() {}

    /**
     * The recipe of this name.
     *
     * @throws org.espalier.experiments.run.UsageException if there is none, with the name that was probably meant
     */
    static TrainingRecipe named(String name) {
        return Recipes.named(name).orElseThrow(() -> NearestName.unknown("recipe", name, Recipes.names()));
    }
}
