package org.espalier.experiments.recipe;

import java.util.Map;
import java.util.Optional;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.train.Recipe;

/** How recipes for training become recipes for retraining after a prune: the same at a lower rate. */
public final class RetrainingRecipes {
    /** Han et al. 2015, section 3.3: a tenth of the rate for the LeNets; here for all that say nothing else. */
    private static final double USUAL_SHARE = 0.1;

    /** The same: a hundredth for AlexNet, VGG-16 alike. CHIP's are for retraining and have the rate that they need. */
    private static final Map<String, Double> SHARES = Map.of("han-alexnet", 0.01, "han-vgg-16", 0.01, "chip-cifar", 1.0,
            "chip-cifar-readme", 1.0, "chip-imagenet", 1.0, "chip-imagenet-readme", 1.0);

    /** The recipes of Han et al. 2015, by the network that they are for. */
    private static final Map<String, String> USUAL = Map.of("lenet-300-100", "han-lenet-300-100", "lenet-5-caffe",
            "han-lenet-5", "lenet-5-caffe-linear-conv", "han-lenet-5", "alexnet", "han-alexnet", "alexnet-cifar10",
            "han-alexnet-cifar10", "vgg-16-imagenet", "han-vgg-16");

    private RetrainingRecipes() {}

    /** The recipe that a network is retrained by where none is asked for, if one is usual. */
    public static Optional<TrainingRecipe> usualFor(String network) {
        return Optional.ofNullable(USUAL.get(network)).flatMap(Recipes::named);
    }

    /** The share of the recipe's learning rate that retraining takes. */
    public static double rateShare(TrainingRecipe recipe) {
        return SHARES.getOrDefault(recipe.name(), USUAL_SHARE);
    }

    /** The same recipe at a share of its learning rate. */
    public static Recipe atShare(Recipe recipe, double share) {
        return share == 1
                ? recipe
                : new Recipe(recipe.epochs(), recipe.sgd(), new LearningRate.Scaled(recipe.rate(), share),
                        recipe.labelSmoothing(), recipe.accumulated());
    }
}
