package org.espalier.experiments.recipe;

import java.util.List;
import java.util.Optional;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;
import org.espalier.experiments.han.HanRecipe;
import org.espalier.experiments.study.Preset;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;

/** The recipes that have a name. */
public final class Recipes {
    private static final double DROP = 0.1;
    private static final String HAN = "Han et al. 2015, ";
    private static final String EFFECTIVE_SPARSITY =
            "Vysogorets and Kempe 2023, the authors' code (Keras's l2(x) is a decay of 2x); rates fall after whole epochs";
    private static final String CHIP = "Sui et al. 2021 (CHIP), ";
    private static final String CHIP_PAPER = CHIP + "section 5.1";
    private static final String CHIP_README = CHIP + "the readme of the authors' code, not the paper";
    private static final String CHIP_DECAY =
            "; a decay of 0.005, where the paper prints 0.05 by mistake (the author's reply)";

    private static final List<TrainingRecipe> ALL = List.of(
            han("han-lenet-300-100", "LeNet-300-100 on MNIST", HanRecipe.lenet300(Preset.PAPER)),
            han("han-lenet-5", "LeNet-5 on MNIST", HanRecipe.lenet5(Preset.PAPER)),
            caffe("han-alexnet", "AlexNet on ImageNet",
                    "Caffe's recipe for the network that it prunes: 450,000 steps, a tenth of the rate each 100,000",
                    HanRecipe.alexnet(Preset.PAPER)),
            caffe("han-vgg-16", "VGG-16 on ImageNet",
                    "the recipe of Simonyan and Zisserman 2015 for the network that it prunes, where the rate falls three "
                            + "times at plateaus, here after each quarter",
                    HanRecipe.vgg16(Preset.PAPER)),
            small("han-alexnet-cifar10", HanRecipe.smallAlexnet(Preset.PAPER)),
            new TrainingRecipe("cifar", "ResNets on CIFAR, in full",
                    "He et al. 2015, section 4.2; 200 epochs as usual since, instead of 64,000 steps",
                    new Recipe(200, Sgd.momentum(0.9, 1e-4), drops(0.1, 0.5, 0.75)), 128, Augmentation.CIFAR),
            new TrainingRecipe("cifar-short", "ResNets on CIFAR in ten epochs",
                    "Smith and Topin 2017: one cycle of a high rate",
                    new Recipe(10, new Sgd(0.9, 5e-4, 0, true, true), new LearningRate.OneCycle(0.4, 0.3)), 128,
                    Augmentation.CIFAR),
            effective("effective-lenet-300-100", "LeNet-300-100 on MNIST",
                    recipe(160, 1e-3, drops(0.1, 25 / 96.0, 50 / 96.0, 75 / 96.0)), 100, Augmentation.MNIST),
            effective("effective-lenet-5", "LeNet-5 on CIFAR-10",
                    recipe(307, 1e-3, drops(0.1, 0.25, 0.5, 0.75)), 128, Augmentation.CIFAR_EDGES),
            effective("effective-vgg", "VGG-16 on CIFAR-10, VGG-19 on CIFAR-100",
                    recipe(160, 2e-4, drops(0.1, 0.5, 0.75)), 128, Augmentation.CIFAR_EDGES),
            effective("effective-resnet-18", "ResNet-18 on Tiny ImageNet",
                    recipe(200, 2e-4, drops(0.2, 0.5, 0.75)), 256, Augmentation.CIFAR_EDGES),
            new TrainingRecipe("chip-baseline", "networks on CIFAR-10 before CHIP prunes them",
                    "rate, batch and decay that are usual for them; the paper starts from networks of others",
                    new Recipe(200, Sgd.momentum(0.9, 5e-4), new LearningRate.Cosine(0.1, 0)), 128,
                    Augmentation.CIFAR).with(Preprocessing.CIFAR10_PER_IMAGE),
            new TrainingRecipe("chip-cifar", "fine-tuning on CIFAR-10 after CHIP", CHIP_PAPER + CHIP_DECAY,
                    new Recipe(300, Sgd.momentum(0.9, 5e-3), new LearningRate.Cosine(0.01, 5)), 128,
                    Augmentation.CIFAR).with(Preprocessing.CIFAR10_PER_IMAGE),
            new TrainingRecipe("chip-cifar-readme", "fine-tuning on CIFAR-10 after CHIP", CHIP_README,
                    new Recipe(400, Sgd.momentum(0.9, 5e-3), new LearningRate.Cosine(0.01, 5)), 256,
                    Augmentation.CIFAR).with(Preprocessing.CIFAR10_PER_IMAGE),
            new TrainingRecipe("chip-imagenet", "fine-tuning on ImageNet after CHIP", CHIP_PAPER, chipImageNet(0.1),
                    256,
                    Augmentation.IMAGENET),
            new TrainingRecipe("chip-imagenet-readme", "fine-tuning on ImageNet after CHIP", CHIP_README,
                    chipImageNet(0.01), 256, Augmentation.IMAGENET));

    private Recipes() {}

    private static LearningRate drops(double rate, Double... shares) {
        return new LearningRate.MultiStep(rate, DROP, List.of(shares));
    }

    private static TrainingRecipe han(String name, String purpose, HanRecipe dense) {
        return new TrainingRecipe(name, purpose,
                HAN + "which gives none but SGD: the one of han-table1, preset paper", dense.dense(), HanRecipe.BATCH,
                Augmentation.NONE).with(Preprocessing.CAFFE_MNIST);
    }

    /** The same updates in whole batches. */
    private static TrainingRecipe caffe(String name, String purpose, String source, HanRecipe recipe) {
        return new TrainingRecipe(name, purpose, HAN + source + "; without its doubled rate of biases",
                recipe.dense().accumulating(1), recipe.feed().batch() * recipe.dense().accumulated(),
                recipe.feed().augmentation());
    }

    private static TrainingRecipe small(String name, HanRecipe recipe) {
        return new TrainingRecipe(name, "a small AlexNet on CIFAR-10",
                "no paper: the one of han-table1 on cifar10, preset paper", recipe.dense(), recipe.feed().batch(),
                recipe.feed().augmentation()).with(recipe.feed().inputs());
    }

    private static TrainingRecipe effective(String name, String purpose, Recipe recipe, int batch,
            Augmentation augmentation) {
        return new TrainingRecipe(name, purpose, EFFECTIVE_SPARSITY, recipe, batch, augmentation);
    }

    /** Momentum 0.9; kernels alone decay. */
    private static Recipe recipe(int epochs, double decay, LearningRate rate) {
        return new Recipe(epochs, new Sgd(0.9, decay, 0, false, false), rate);
    }

    private static Recipe chipImageNet(double rate) {
        return new Recipe(180, Sgd.momentum(0.99, 1e-4), new LearningRate.Cosine(rate, 5), 0.1, 1);
    }

    /** All of them. */
    public static List<TrainingRecipe> all() {
        return ALL;
    }

    /** The names. */
    public static List<String> names() {
        return ALL.stream().map(TrainingRecipe::name).toList();
    }

    /** The recipe of this name. */
    public static Optional<TrainingRecipe> named(String name) {
        return ALL.stream().filter(recipe -> recipe.name().equals(name)).findFirst();
    }
}
