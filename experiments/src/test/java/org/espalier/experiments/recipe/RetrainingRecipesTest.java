package org.espalier.experiments.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Optional;
import org.espalier.nn.train.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetrainingRecipesTest {
    /** Han et al. 2015, section 3.3: a tenth of the rate for LeNet, a hundredth for AlexNet. */
    @ParameterizedTest
    @CsvSource({"lenet-300-100, han-lenet-300-100, 0.01", "lenet-5-caffe, han-lenet-5, 0.003",
        "alexnet, han-alexnet, 0.0001", "vgg-16-imagenet, han-vgg-16, 0.0001",
        "alexnet-cifar10, han-alexnet-cifar10, 0.002"})
    void thePapersNetworksHaveTheirRecipeAndShare(String network, String recipe, double rate) {
        TrainingRecipe usual = RetrainingRecipes.usualFor(network).orElseThrow();
        assertEquals(recipe, usual.name());
        Recipe retraining = RetrainingRecipes.atShare(usual.recipe(), RetrainingRecipes.rateShare(usual));
        assertEquals(rate, retraining.rate().at(0, 100, retraining.epochs()), 1e-15);
        assertEquals(usual.recipe().sgd(), retraining.sgd());
    }

    @Test
    void whatIsForRetrainingKeepsItsRate() {
        TrainingRecipe chip = Recipes.named("chip-cifar").orElseThrow();
        assertSame(chip.recipe(), RetrainingRecipes.atShare(chip.recipe(), RetrainingRecipes.rateShare(chip)));
        assertEquals(Optional.empty(), RetrainingRecipes.usualFor("resnet-20-cifar10"));
    }
}
