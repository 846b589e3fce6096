package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.study.Changes;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.allocate.KeepFractions;

/** The long format of this paper's studies, and the words that their captions share. */
final class HanResults {
    private HanResults() {}

    /** Error, loss and counts of every finished run. */
    static List<ResultRow> headline(Study study, HanRecipe recipe, Setting setting, HanSeeds seeds) {
        List<ResultRow> rows = new ArrayList<>();
        for (FinishedRun run : seeds.dense()) {
            rows.addAll(headline(study, recipe, setting, run, "dense", ""));
        }
        for (FinishedRun run : seeds.pruned()) {
            rows.addAll(headline(study, recipe, setting, run, "magnitude", "iterative"));
        }
        return rows;
    }

    private static List<ResultRow> headline(
            Study study, HanRecipe recipe, Setting setting, FinishedRun run, String method, String mode) {
        RunResult result = run.result();
        return List.of(
                row(study, recipe, setting, run, method, mode, "top1_error_percent", result.test().errorPercent()),
                row(study, recipe, setting, run, method, mode, "test_loss", result.test().loss()),
                row(study, recipe, setting, run, method, mode, "kept_weights", result.keptWeights()),
                row(study, recipe, setting, run, method, mode, "kept_parameters", result.keptParameters()));
    }

    /** One number of a run. */
    static ResultRow row(
            Study study,
            HanRecipe recipe,
            Setting setting,
            FinishedRun run,
            String method,
            String mode,
            String metric,
            double value) {
        RunResult result = run.result();
        double compression = (double) result.weights() / result.keptWeights();
        return new ResultRow(
                study.paper(),
                study.name(),
                recipe.network(),
                setting.data(),
                method,
                mode(mode, setting, run.experiment()),
                compression,
                compression,
                Double.NaN,
                run.experiment().seed(),
                metric,
                value,
                reduced(recipe));
    }

    /** How a method was applied, and what was asked for otherwise than the paper has it. */
    static String mode(String mode, Setting setting, Experiment experiment) {
        String network = experiment.network().name();
        Changes changes = new Changes(new TreeMap<>(), setting.changes().normalise());
        if (experiment.pruned().isPresent()) {
            changes = changes.with(network, setting.changes().keep(network));
        }
        return Stream.of(mode, changes.words()).filter(words -> !words.isEmpty()).collect(Collectors.joining("; "));
    }

    /** {@code false}, or {@code true} and what was reduced. */
    static String reduced(HanRecipe recipe) {
        return reduced(recipe.reduction());
    }

    static String reduced(String reduction) {
        return reduction.isEmpty() ? "false" : "true: " + reduction;
    }

    /** For people: where a recipe is not the paper's, because other shares were asked for or it is less than the full one. */
    static List<String> remarks(HanRecipe recipe, Setting setting) {
        SortedMap<String, Double> asked = setting.changes().keep(recipe.network());
        List<String> remarks = new ArrayList<>();
        if (!asked.isEmpty()) {
            SortedMap<String, Double> paper = shares(recipe.method());
            remarks.add(recipe.network() + ", kept shares that were asked for instead of the paper's: "
                    + asked.entrySet().stream()
                            .map(layer -> layer.getKey() + " " + layer.getValue() + " instead of "
                                    + paper.get(layer.getKey()))
                            .collect(Collectors.joining(", ")));
        }
        if (!recipe.reduction().isEmpty()) {
            remarks.add(recipe.network() + ", reduced: " + recipe.reduction());
        }
        return remarks;
    }

    /** The share that each layer should keep in the end. */
    static SortedMap<String, Double> shares(PruningMethod method) {
        if (method.allocation() instanceof KeepFractions fractions) {
            return fractions.shares();
        }
        throw new IllegalStateException(
                "the recipes of this paper prune to given shares, not by " + method.allocation());
    }

    /** {@code seed 1} or {@code seeds 1, 2, 3: mean ± standard deviation}. */
    static String seeds(Setting setting) {
        return setting.seeds().size() == 1
                ? "seed " + setting.seeds().getFirst()
                : "seeds " + setting.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + ": mean ± standard deviation";
    }
}
