package org.espalier.experiments.han;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.engine.DataSpec;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.NetworkSpec;
import org.espalier.experiments.engine.PrunedRun;
import org.espalier.experiments.study.Setting;
import org.espalier.prune.PruningMethod;

/** The runs that a recipe means in a setting. */
final class HanRuns {
    private HanRuns() {}

    /** The network trained densely. */
    static DenseRun dense(HanRecipe recipe, Setting setting, long seed) {
        var data = new DataSpec(
                setting.dataset(),
                setting.checksum(),
                Math.min(recipe.trainImages(), setting.trainImages()),
                setting.changes().preprocessing(Preprocessing.CAFFE_MNIST));
        return new DenseRun(
                NetworkSpec.of(recipe.network()), data, recipe.dense(), HanRecipe.BATCH, seed, setting.backend());
    }

    /** The same network pruned and retrained. */
    static PrunedRun pruned(HanRecipe recipe, Setting setting, long seed) {
        return new PrunedRun(
                dense(recipe, setting, seed), method(recipe, setting), recipe.retrain(), recipe.lastRetrain());
    }

    /** The recipe's method, with the shares that were asked for in the place of the paper's. */
    static PruningMethod method(HanRecipe recipe, Setting setting) {
        return setting.changes().method(recipe.network(), recipe.method());
    }

    /** The pruned runs of every seed; the dense ones come with them. */
    static List<Experiment> pruned(HanRecipe recipe, Setting setting) {
        return setting.seeds().stream()
                .<Experiment>map(seed -> pruned(recipe, setting, seed))
                .toList();
    }

    /** Both for every seed. */
    static Stream<Experiment> both(HanRecipe recipe, Setting setting) {
        return setting.seeds().stream()
                .flatMap(seed -> Stream.of(dense(recipe, setting, seed), pruned(recipe, setting, seed)));
    }

    /** The recipes of a table over both networks, and the Caffe form of LeNet-5 where it is wanted. */
    static List<HanRecipe> recipes(Setting setting) {
        return Stream.concat(Stream.of(HanRecipe.lenet300(setting.preset())), lenet5(setting).stream()).toList();
    }

    /** LeNet-5, and its Caffe form where it is wanted. */
    static List<HanRecipe> lenet5(Setting setting) {
        HanRecipe headline = HanRecipe.lenet5(setting.preset());
        return setting.linearConv() ? List.of(headline, HanRecipe.lenet5Linear(setting.preset())) : List.of(headline);
    }

    /** LeNet-300-100 pruned, the first seed's: what the figures of its first layer show. */
    static PrunedRun firstLenet300(Setting setting) {
        return pruned(HanRecipe.lenet300(setting.preset()), setting, setting.seeds().getFirst());
    }
}
