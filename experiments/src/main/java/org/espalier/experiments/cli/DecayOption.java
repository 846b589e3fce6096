package org.espalier.experiments.cli;

import java.util.Optional;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import picocli.CommandLine.Option;

/** {@code --l1} and {@code --l2}, as every verb that trains takes them. */
final class DecayOption {
    @Option(names = "--l1", paramLabel = "X", description = "L1 regularisation: X sign(w) is added to the gradient of w; default: the recipe's")
    private Optional<Double> l1 = Optional.empty();

    @Option(names = "--l2", paramLabel = "X", description = "L2 regularisation: X w is added to the gradient of w; default: the recipe's")
    private Optional<Double> l2 = Optional.empty();

    /** The name of one that was given, if one was. */
    Optional<String> given() {
        return l1.map(_ -> "--l1").or(() -> l2.map(_ -> "--l2"));
    }

    /**
     * The recipe with what was given.
     *
     * @throws UsageException if that is negative or no number
     */
    Recipe applyTo(Recipe recipe) {
        requireDecay("--l1", l1);
        requireDecay("--l2", l2);
        Sgd sgd = recipe.sgd();
        Sgd changed = new Sgd(sgd.momentum(), l2.orElse(sgd.l2()), l1.orElse(sgd.l1()), sgd.nesterov(), sgd.decayAll());
        return new Recipe(recipe.epochs(), changed, recipe.rate(), recipe.labelSmoothing(), recipe.accumulated());
    }

    private static void requireDecay(String option, Optional<Double> value) {
        if (value.isPresent() && !(value.get() >= 0 && value.get() < Double.POSITIVE_INFINITY)) {
            throw new UsageException(option + " " + value.get() + ": expected at least 0, such as 0.0005");
        }
    }
}
