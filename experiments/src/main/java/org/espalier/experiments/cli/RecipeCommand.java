package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.experiments.recipe.Recipes;
import org.espalier.experiments.recipe.TrainingRecipe;
import org.espalier.experiments.run.CanonicalText;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code recipe [NAME]}: ways to train, in a list or one in full. */
@Command(name = "recipe", mixinStandardHelpOptions = true, sortOptions = false, description = "Lists the recipes that train takes, or shows one in full, with where it is from.")
final class RecipeCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "a recipe; default: a list of all")
    private Optional<String> name = Optional.empty();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        Optional<TrainingRecipe> wanted = name.map(KnownRecipe::named);
        Table table = wanted.map(RecipeCommand::one).orElseGet(RecipeCommand::all);
        PrintWriter out = spec.commandLine().getOut();
        out.print(table.text());
        wanted.ifPresent(recipe -> out.print("\n" + CanonicalText.of(recipe.recipe())));
        out.flush();
        json.write(table);
        return ExitCode.OK.number();
    }

    private static Table all() {
        List<List<Cell>> rows = new ArrayList<>();
        for (TrainingRecipe recipe : Recipes.all()) {
            rows.add(List.of(
                    Cell.of(recipe.name()),
                    Cell.of(recipe.purpose()),
                    Cell.count(recipe.recipe().epochs()),
                    Cell.count(recipe.batch()),
                    Cell.of(recipe.augmentation().name())));
        }
        return new Table("recipes", "recipes", List.of("recipe", "for", "epochs", "batch", "augmentation"), rows);
    }

    private static Table one(TrainingRecipe recipe) {
        return new Table("recipe", "recipe " + recipe.name(), List.of("what", "value"), List.of(
                fact("for", recipe.purpose()),
                fact("from", recipe.source()),
                fact("images of a batch", Integer.toString(recipe.batch())),
                fact("images are", recipe.augmentation().description()),
                fact("inputs are", recipe.inputs().map(inputs -> inputs.name() + ", " + inputs.formula())
                        .orElse("what is usual for the data set"))));
    }

    private static List<Cell> fact(String what, String value) {
        return List.of(Cell.of(what), Cell.of(value));
    }
}
