package org.espalier.experiments.han;

import java.util.List;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;
import org.espalier.experiments.study.Preset;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.Han2015;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.schedule.Iterative;

/**
 * How a network of Han et al. 2015 is trained and pruned. The paper gives no recipe for the LeNets but SGD and a tenth of
 * the learning rate for retraining; the rest is ours: momentum 0.9, batches of 64, L2 of 0.0005 on all parameters. AlexNet
 * and VGG-16 have Caffe's recipe, in which weights alone decay, and a hundredth of its rate for retraining.
 *
 * @param network its name
 * @param feed what it is fed with
 * @param dense the recipe from initial weights
 * @param method how it is pruned
 * @param retrain the recipe after each prune step but the last
 * @param lastRetrain the recipe after the last prune step
 * @param inTurns whether fully connected layers and convolutions are pruned and retrained in turn
 * @param reduction what is less than in the full recipe; empty for the full one
 */
public record HanRecipe(
        String network, Feed feed, Recipe dense, PruningMethod method, Recipe retrain, Recipe lastRetrain,
        boolean inTurns, String reduction) {
    /** Images a step of the LeNets and of the small AlexNet. */
    public static final int BATCH = 64;

    /**
     * What a network is fed with.
     *
     * @param trainImages images trained on at most
     * @param batch images a step
     * @param inputs how pixels become inputs
     * @param augmentation what happens to an image each time it is trained on
     */
    public record Feed(int trainImages, int batch, Preprocessing inputs, Augmentation augmentation) {
        private static Feed mnist(int trainImages) {
            return new Feed(trainImages, BATCH, Preprocessing.CAFFE_MNIST, Augmentation.NONE);
        }
    }

    private static final String LINEAR_CONV = "lenet-5-caffe-linear-conv";

    private static final Sgd SGD = Sgd.momentum(0.9, 5e-4);

    /** Of AlexNet and VGG-16. */
    private static final Sgd CAFFE = new Sgd(0.9, 5e-4, 0, false, false);
    private static final int ALL = Integer.MAX_VALUE;

    private static final int PAPER_EPOCHS = 15;
    private static final int PAPER_RETRAIN_EPOCHS = 10;

    /** More than after the other steps: at a twelfth of the weights a tenth of the rate takes longer to settle. */
    private static final int PAPER_LAST_EPOCHS = 40;

    /** Base rate of LeNet-300-100. */
    private static final double RATE_300 = 0.1;

    /**
     * Base rate of LeNet-5. With the 0.01 of Caffe's solver, trained on all but the last 5,000 training images, those were
     * 0.88 % wrong instead of 0.66 %, and a tenth of it was too slow for retraining.
     */
    private static final double RATE_5 = 0.03;

    /** Retraining takes this share of the base rate (the paper, section 3.3). */
    private static final double RETRAIN_SHARE = 0.1;

    private static final double CAFFE_RATE = 0.01;
    private static final int CAFFE_BATCH = 256;
    /** For AlexNet (the paper, section 3.3); of VGG-16 it says nothing. */
    private static final double CAFFE_RETRAIN_SHARE = 0.01;
    private static final int QUICK_STEPS_IMAGENET = 2;

    private static final double SMALL_RATE = 0.02;
    private static final int SMALL_EPOCHS = 40;
    private static final int SMALL_RETRAIN_EPOCHS = 4;
    private static final int SMALL_LAST_EPOCHS = 12;
    private static final int SMALL_QUICK_IMAGES = 10_000;
    private static final int SMALL_QUICK_EPOCHS = 6;
    private static final int SMALL_QUICK_STEPS = 2;
    private static final int SMALL_QUICK_LAST_EPOCHS = 2;

    private static final int QUICK_STEPS = 3;
    private static final int QUICK_LAST_EPOCHS = 3;
    private static final int QUICK_IMAGES_5 = 20_000;

    private static HanRecipe paper(String network, double rate, PruningMethod method) {
        return new HanRecipe(
                network,
                Feed.mnist(ALL),
                training(PAPER_EPOCHS, rate),
                method,
                retraining(PAPER_RETRAIN_EPOCHS, rate),
                lastRetraining(PAPER_LAST_EPOCHS, rate),
                false,
                "");
    }

    private static HanRecipe quick(String network, int images, int epochs, double rate, PruningMethod method) {
        return new HanRecipe(
                network,
                Feed.mnist(images),
                training(epochs, rate),
                method.with(new Iterative(QUICK_STEPS)),
                retraining(1, rate),
                lastRetraining(QUICK_LAST_EPOCHS, rate),
                false,
                "epochs " + epochs + " instead of " + PAPER_EPOCHS + ", " + QUICK_STEPS
                        + " prune steps retrained 1 epoch, the last "
                        + QUICK_LAST_EPOCHS + ", instead of " + Han2015.STEPS + " of " + PAPER_RETRAIN_EPOCHS + " and "
                        + PAPER_LAST_EPOCHS + (images == ALL ? "" : ", training images " + images + " instead of all"));
    }

    /** A tenth of the rate from half of the epochs on, a hundredth from three quarters. */
    private static Recipe training(int epochs, double rate) {
        return new Recipe(epochs, SGD, drops(rate, List.of(0.5, 0.75)));
    }

    /** At a tenth of the rate, as the next step will disturb the weights anyway. */
    private static Recipe retraining(int epochs, double rate) {
        return new Recipe(epochs, SGD, new LearningRate.Constant(RETRAIN_SHARE * rate));
    }

    /**
     * The same as training, at a tenth of the rate. With a constant rate the last epochs differ by 0.1 points of test
     * error from one to the next, twice what is to be measured.
     */
    private static Recipe lastRetraining(int epochs, double rate) {
        return training(epochs, RETRAIN_SHARE * rate);
    }

    /** LeNet-300-100, pruned to the shares of the paper's Table 2. */
    public static HanRecipe lenet300(Preset preset) {
        return switch (preset) {
            case QUICK -> quick("lenet-300-100", ALL, 3, RATE_300, Han2015.LENET_300_100);
            case PAPER -> paper("lenet-300-100", RATE_300, Han2015.LENET_300_100);
        };
    }

    /** LeNet-5 with ReLU after its convolutions, pruned to the shares of the paper's Table 3. */
    public static HanRecipe lenet5(Preset preset) {
        return lenet5("lenet-5-caffe", preset);
    }

    /** LeNet-5 as Caffe's file has it, without ReLU after its convolutions. */
    public static HanRecipe lenet5Linear(Preset preset) {
        return lenet5(LINEAR_CONV, preset);
    }

    /**
     * AlexNet on ImageNet, pruned to the shares of the paper's Table 4. Caffe trains for 450,000 steps of 256 images, which
     * are 90 epochs; retraining takes as much longer as in the paper, 173 hours for 75.
     */
    public static HanRecipe alexnet(Preset preset) {
        return imageNet("alexnet", 64, 90, List.of(2 / 9.0, 4 / 9.0, 6 / 9.0, 8 / 9.0), Han2015.ALEXNET, 41, preset);
    }

    /** VGG-16 on ImageNet, pruned to the shares of the paper's Table 5; its rate falls after each quarter of 74 epochs. */
    public static HanRecipe vgg16(Preset preset) {
        return imageNet("vgg-16-imagenet", 16, 74, List.of(0.25, 0.5, 0.75), Han2015.VGG_16, 34, preset);
    }

    /**
     * @param batch images that fit into memory at a time; updates are of 256 all the same
     * @param drops shares of the epochs after which the rate falls to a tenth
     * @param retrainEpochs after each prune step
     */
    private static HanRecipe imageNet(String network, int batch, int epochs, List<Double> drops, PruningMethod method,
            int retrainEpochs, Preset preset) {
        boolean quick = preset == Preset.QUICK;
        double retrainRate = CAFFE_RETRAIN_SHARE * CAFFE_RATE;
        Recipe dense = quick ? one(CAFFE_RATE) : new Recipe(epochs, CAFFE, drops(CAFFE_RATE, drops));
        Recipe retrain =
                quick ? one(retrainRate) : new Recipe(retrainEpochs, CAFFE, drops(retrainRate, List.of(0.5, 0.75)));
        int batches = CAFFE_BATCH / batch;
        return new HanRecipe(network,
                new Feed(ALL, batch, Preprocessing.IMAGENET, Augmentation.IMAGENET_CROP),
                dense.accumulating(batches),
                quick ? method.with(new Iterative(QUICK_STEPS_IMAGENET)) : method,
                retrain.accumulating(batches),
                retrain.accumulating(batches),
                false,
                quick
                        ? "epochs 1 instead of " + epochs + ", " + QUICK_STEPS_IMAGENET
                                + " prune steps retrained 1 epoch instead of " + Han2015.STEPS + " of " + retrainEpochs
                        : "");
    }

    private static LearningRate drops(double rate, List<Double> shares) {
        return new LearningRate.MultiStep(rate, 0.1, shares);
    }

    /** One epoch, in which the rate has no time to fall. */
    private static Recipe one(double rate) {
        return new Recipe(1, CAFFE, new LearningRate.Constant(rate));
    }

    /**
     * A small AlexNet on CIFAR-10, pruned to the shares of the paper's Table 4 layer by layer, fully connected layers and
     * convolutions in turn. It is retrained with a tenth of the rate: the paper's hundredth wants its hundreds of epochs.
     */
    public static HanRecipe smallAlexnet(Preset preset) {
        boolean quick = preset == Preset.QUICK;
        int epochs = quick ? SMALL_QUICK_EPOCHS : SMALL_EPOCHS;
        int retrainEpochs = quick ? 1 : SMALL_RETRAIN_EPOCHS;
        String reduction = "a network of 714,592 weights on CIFAR-10 instead of AlexNet on ImageNet";
        String less = "; epochs " + SMALL_QUICK_EPOCHS + " instead of " + SMALL_EPOCHS + ", " + SMALL_QUICK_STEPS
                + " prune steps retrained 1 epoch for each part instead of " + Han2015.STEPS + " of "
                + SMALL_RETRAIN_EPOCHS + ", training images " + SMALL_QUICK_IMAGES + " instead of all";
        return new HanRecipe("alexnet-cifar10",
                new Feed(quick ? SMALL_QUICK_IMAGES : ALL, BATCH, Preprocessing.CIFAR10, Augmentation.CIFAR),
                training(epochs, SMALL_RATE),
                quick ? Han2015.ALEXNET.with(new Iterative(SMALL_QUICK_STEPS)) : Han2015.ALEXNET,
                retraining(retrainEpochs, SMALL_RATE),
                lastRetraining(quick ? SMALL_QUICK_LAST_EPOCHS : SMALL_LAST_EPOCHS, SMALL_RATE),
                true,
                quick ? reduction + less : reduction);
    }

    /** Whether this is {@link #lenet5Linear}. */
    public boolean isLinearConv() {
        return network.equals(LINEAR_CONV);
    }

    private static HanRecipe lenet5(String network, Preset preset) {
        return switch (preset) {
            case QUICK -> quick(network, QUICK_IMAGES_5, 3, RATE_5, Han2015.LENET_5);
            case PAPER -> paper(network, RATE_5, Han2015.LENET_5);
        };
    }
}
