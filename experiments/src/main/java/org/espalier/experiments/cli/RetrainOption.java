package org.espalier.experiments.cli;

import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.experiments.engine.Retraining;
import org.espalier.experiments.recipe.RetrainingRecipes;
import org.espalier.experiments.recipe.TrainingRecipe;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.LayerPart;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How what is left is retrained. */
final class RetrainOption {
    private static final String NONE = "none";

    @Option(names = "--retrain", paramLabel = "NAME", description = "the recipe after each prune step, or none; espalier recipe lists them; default: the paper's for the networks of Han et al.")
    private Optional<String> retrain = Optional.empty();

    @Option(names = "--epochs", paramLabel = "N", description = "passes over the images after each step; default: the recipe's")
    private Optional<Integer> epochs = Optional.empty();

    @Option(names = "--last-epochs", paramLabel = "N", description = "the same after the last step; default: as after the others")
    private Optional<Integer> lastEpochs = Optional.empty();

    @Option(names = "--rate-share", paramLabel = "X", description = "the share of the recipe's learning rate that retraining takes; default: 0.1, for AlexNet and VGG-16 0.01")
    private Optional<Double> rateShare = Optional.empty();

    @Option(names = "--batch", paramLabel = "N", description = "images of a batch; default: the recipe's")
    private Optional<Integer> batch = Optional.empty();

    @Mixin
    private final DecayOption decay = new DecayOption();

    @Option(names = "--alternate", description = "prunes and retrains fully connected layers and convolutions in turn, each while the others stay as they are")
    private boolean alternate;

    boolean isNone() {
        return retrain.filter(NONE::equals).isPresent();
    }

    /**
     * The recipe as it stands under its name, with batches as asked for; where nothing is retrained, one that says how
     * images would be fed.
     *
     * @throws UsageException if there is none of that name, or none is usual
     */
    TrainingRecipe recipe(Network network) {
        if (batch.isPresent()) {
            requireSome("--batch", batch.get(), 1);
        }
        TrainingRecipe recipe = named(network);
        return batch.isPresent() ? recipe.withBatch(batch.get()) : recipe;
    }

    private TrainingRecipe named(Network network) {
        if (retrain.isPresent() && !isNone()) {
            return KnownRecipe.named(retrain.get());
        }
        Optional<TrainingRecipe> usual = RetrainingRecipes.usualFor(network.name());
        return isNone()
                ? usual.orElseGet(() -> KnownRecipe.named("han-lenet-5"))
                : usual.orElseThrow(() -> new UsageException("no recipe is usual for network " + network.name()
                        + ": --retrain NAME says which (espalier recipe lists them), --retrain none that nothing is "
                        + "retrained"));
    }

    /**
     * What follows each step.
     *
     * @throws UsageException if the options don't go together or don't fit the network
     */
    Retraining retraining(Network network) {
        if (alternate) {
            for (LayerPart part : LayerPart.values()) {
                if (!part.isIn(network)) {
                    throw new UsageException("--alternate: network " + network.name() + " has no " + part.label()
                            + " layers to take turns with");
                }
            }
        }
        if (isNone()) {
            requireNothingElse();
            Recipe nothing = new Recipe(0, new Sgd(0, 0, 0, false, false), new LearningRate.Constant(0));
            return new Retraining(nothing, nothing, false);
        }
        TrainingRecipe how = recipe(network);
        double share = rateShare.orElseGet(() -> RetrainingRecipes.rateShare(how));
        if (!(share > 0 && share < Double.POSITIVE_INFINITY)) {
            throw new UsageException("--rate-share " + share + ": expected a positive number, such as 0.1");
        }
        Recipe recipe = RetrainingRecipes.atShare(decay.applyTo(how.recipe()), share);
        int each = epochs.orElse(recipe.epochs());
        return new Retraining(lasting("--epochs", recipe, each),
                lasting("--last-epochs", recipe, lastEpochs.orElse(each)), alternate);
    }

    private static Recipe lasting(String option, Recipe recipe, int epochs) {
        requireSome(option, epochs, 0);
        try {
            Recipe result = recipe.withEpochs(epochs);
            if (epochs > 0) {
                result.rate().at(0, 1, epochs);
            }
            return result;
        } catch (IllegalArgumentException cause) {
            throw new UsageException(option + " " + epochs + ": " + cause.getMessage(), cause);
        }
    }

    private void requireNothingElse() {
        Stream.of(epochs.map(_ -> "--epochs"), lastEpochs.map(_ -> "--last-epochs"), rateShare.map(_ -> "--rate-share"),
                batch.map(_ -> "--batch"), decay.given(), Optional.of("--alternate").filter(_ -> alternate))
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(option -> {
                    throw new UsageException(option + ": --retrain none retrains nothing");
                });
    }

    private static void requireSome(String option, int value, int least) {
        if (value < least) {
            throw new UsageException(option + " " + value + ": expected at least " + least);
        }
    }

    /** For people. */
    String words(Network network, Retraining retraining) {
        if (isNone()) {
            return "none";
        }
        return recipe(network).name() + " at " + rateShare.orElseGet(() -> RetrainingRecipes.rateShare(recipe(network)))
                + " of its rate; epochs a step " + retraining.recipe().epochs() + ", after the last "
                + retraining.lastRecipe().epochs() + "; decay l2 " + retraining.recipe().sgd().l2() + ", l1 "
                + retraining.recipe().sgd().l1()
                + (alternate ? "; fully connected layers and convolutions in turn" : "");
    }
}
