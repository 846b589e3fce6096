package org.espalier.experiments.recipe;

import java.util.List;
import java.util.Optional;
import org.espalier.data.augment.Augmentation;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;

/** The recipes that have a name. */
public final class Recipes {
    private static final double DROP = 0.1;
    private static final String EFFECTIVE_SPARSITY =
            "Vysogorets and Kempe 2023, the authors' code (Keras's l2(x) is a decay of 2x); ";
    private static final String SHIFTS = "their shifts fill with the nearest pixel, ours with black";
    private static final String CHIP = "Sui et al. 2021 (CHIP), section 5.1";

    private static final List<TrainingRecipe> ALL = List.of(
            new TrainingRecipe("mnist", "LeNets on MNIST", "the recipe of han-table1, preset paper",
                    new Recipe(15, Sgd.momentum(0.9, 5e-4), drops(0.1, 0.5, 0.75)), 64, Augmentation.NONE),
            new TrainingRecipe("cifar", "ResNets on CIFAR, in full",
                    "He et al. 2015, section 4.2; 200 epochs as usual since, instead of 64,000 steps",
                    new Recipe(200, Sgd.momentum(0.9, 1e-4), drops(0.1, 0.5, 0.75)), 128, Augmentation.CIFAR),
            new TrainingRecipe("cifar-short", "ResNets on CIFAR in ten epochs",
                    "Smith and Topin 2017: one cycle of a high rate",
                    new Recipe(10, new Sgd(0.9, 5e-4, 0, true, true), new LearningRate.OneCycle(0.4, 0.3)), 128,
                    Augmentation.CIFAR),
            effective("effective-lenet-300-100", "LeNet-300-100 on MNIST",
                    "without their rotation by up to 4 degrees", 160, 0.1, 1e-3, 100, Augmentation.NONE,
                    25 / 96.0, 50 / 96.0, 75 / 96.0),
            effective("effective-lenet-5", "LeNet-5 on CIFAR-10", SHIFTS, 307, 0.1, 1e-3, 128, Augmentation.CIFAR, 0.25,
                    0.5,
                    0.75),
            effective("effective-vgg", "VGG-16 on CIFAR-10, VGG-19 on CIFAR-100", SHIFTS, 160, 0.1, 2e-4, 128,
                    Augmentation.CIFAR, 0.5, 0.75),
            effective("effective-resnet-18", "ResNet-18 on Tiny ImageNet", SHIFTS, 200, 0.2, 2e-4, 256,
                    Augmentation.CIFAR, 0.5, 0.75),
            new TrainingRecipe("chip-baseline", "networks on CIFAR-10 before CHIP prunes them",
                    "rate, batch and decay that are usual for them; the paper starts from networks of others",
                    new Recipe(200, Sgd.momentum(0.9, 5e-4), new LearningRate.Cosine(0.1, 0)), 128, Augmentation.CIFAR),
            new TrainingRecipe("chip-cifar", "fine-tuning on CIFAR-10 after CHIP", CHIP
                    + "; a decay of 0.005, where the paper prints 0.05 by mistake (the author's reply)",
                    new Recipe(300, Sgd.momentum(0.9, 5e-3), new LearningRate.Cosine(0.01, 5)), 128,
                    Augmentation.CIFAR),
            new TrainingRecipe("chip-imagenet", "fine-tuning on ImageNet after CHIP", CHIP,
                    new Recipe(180, Sgd.momentum(0.99, 1e-4), new LearningRate.Cosine(0.1, 5), 0.1, 1), 256,
                    Augmentation.IMAGENET));

    private Recipes() {}

    private static LearningRate drops(double rate, Double... shares) {
        return new LearningRate.MultiStep(rate, DROP, List.of(shares));
    }

    /** Kernels alone decay. */
    private static TrainingRecipe effective(String name, String purpose, String remark, int epochs, double rate,
            double decay,
            int batch, Augmentation augmentation, Double... shares) {
        return new TrainingRecipe(name, purpose, EFFECTIVE_SPARSITY + remark,
                new Recipe(epochs, new Sgd(0.9, decay, 0, false, false), drops(rate, shares)), batch, augmentation);
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
