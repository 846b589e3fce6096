package org.espalier.experiments.engine;

import org.espalier.nn.train.Recipe;

/**
 * What follows each prune step.
 *
 * @param recipe after each step but the last; with 0 epochs nothing is retrained
 * @param lastRecipe after the last step
 * @param inParts whether fully connected layers and convolutions are pruned and retrained in turn, each while the others
 *     stay (Han et al. 2015, section 3.4)
 */
public record Retraining(Recipe recipe, Recipe lastRecipe, boolean inParts) {}
