package org.espalier.experiments.han;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.Framing;
import org.espalier.data.Preprocessing;
import org.espalier.data.folder.ImageFolder;
import org.espalier.experiments.engine.DataSpec;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.NetworkSpec;
import org.espalier.experiments.engine.PrunedRun;
import org.espalier.experiments.engine.TrainingRun;
import org.espalier.experiments.engine.TurnsRun;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.nn.network.Networks;
import org.espalier.prune.PruningMethod;

/** The runs that a recipe means in a setting. */
final class HanRuns {
    private static final String CIFAR_10 = "cifar10";

    private HanRuns() {}

    /** The network trained densely. */
    static DenseRun dense(HanRecipe recipe, Setting setting, long seed) {
        var data = new DataSpec(
                setting.dataset(),
                setting.checksum(),
                Math.min(recipe.feed().trainImages(), setting.trainImages()),
                inputs(recipe, setting),
                recipe.feed().augmentation());
        return new DenseRun(NetworkSpec.of(recipe.network()), data, recipe.dense(), recipe.feed().batch(), seed,
                setting.backend());
    }

    /** ImageNet's images are of any size, so they are framed for the network, unless a framing was asked for. */
    private static Preprocessing inputs(HanRecipe recipe, Setting setting) {
        Preprocessing inputs = setting.changes().preprocessing(recipe.feed().inputs());
        int side = Networks.named(recipe.network()).inputShape().axis(1);
        return setting.dataset().equals(ImageFolder.NAME) && inputs.framing().isEmpty()
                ? inputs.framed(Framing.IMAGENET.cropping(side))
                : inputs;
    }

    /** The same network pruned and retrained. */
    static TrainingRun pruned(HanRecipe recipe, Setting setting, long seed) {
        PrunedRun run = new PrunedRun(
                dense(recipe, setting, seed), method(recipe, setting), recipe.retrain(), recipe.lastRetrain());
        return recipe.inTurns() ? new TurnsRun(run) : run;
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

    /**
     * The networks that the data set is for: AlexNet and VGG-16 for ImageNet, a small AlexNet for CIFAR-10, and for all
     * others {@link #lenets}.
     */
    static List<HanRecipe> recipes(Setting setting) {
        Preset preset = setting.preset();
        return switch (setting.dataset()) {
            case ImageFolder.NAME -> List.of(HanRecipe.alexnet(preset), HanRecipe.vgg16(preset));
            case CIFAR_10 -> List.of(HanRecipe.smallAlexnet(preset));
            default -> lenets(setting);
        };
    }

    /** LeNet-300-100 and LeNet-5, and its Caffe form where it is wanted. */
    static List<HanRecipe> lenets(Setting setting) {
        return Stream.concat(Stream.of(HanRecipe.lenet300(setting.preset())), lenet5(setting).stream()).toList();
    }

    /** LeNet-5, and its Caffe form where it is wanted. */
    static List<HanRecipe> lenet5(Setting setting) {
        HanRecipe headline = HanRecipe.lenet5(setting.preset());
        return setting.linearConv() ? List.of(headline, HanRecipe.lenet5Linear(setting.preset())) : List.of(headline);
    }

    /** LeNet-300-100 pruned, the first seed's. */
    static TrainingRun firstLenet300(Setting setting) {
        return pruned(HanRecipe.lenet300(setting.preset()), setting, setting.seeds().getFirst());
    }
}
