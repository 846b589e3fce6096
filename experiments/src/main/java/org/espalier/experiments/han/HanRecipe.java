package org.espalier.experiments.han;

import java.util.List;
import org.espalier.experiments.study.Preset;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.prune.Han2015;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.schedule.Iterative;

/**
 * How a network of Han et al. 2015 is trained and pruned. The paper gives no recipe for the LeNets but SGD and a tenth of
 * the learning rate for retraining; the rest is ours: momentum 0.9, batches of 64, L2 of 0.0005 on all parameters.
 *
 * @param network its name
 * @param trainImages images trained on at most
 * @param dense the recipe from initial weights
 * @param method how it is pruned
 * @param retrain the recipe after each prune step but the last
 * @param lastRetrain the recipe after the last prune step
 * @param reduction what is less than in the full recipe; empty for the full one
 */
public record HanRecipe(
        String network, int trainImages, Recipe dense, PruningMethod method, Recipe retrain, Recipe lastRetrain,
        String reduction) {
    /** Images a step. */
    public static final int BATCH = 64;

    private static final String LINEAR_CONV = "lenet-5-caffe-linear-conv";

    private static final Sgd SGD = Sgd.momentum(0.9, 5e-4);
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

    private static final int QUICK_STEPS = 3;
    private static final int QUICK_LAST_EPOCHS = 3;
    private static final int QUICK_IMAGES_5 = 20_000;

    private static HanRecipe paper(String network, double rate, PruningMethod method) {
        return new HanRecipe(
                network,
                ALL,
                training(PAPER_EPOCHS, rate),
                method,
                retraining(PAPER_RETRAIN_EPOCHS, rate),
                lastRetraining(PAPER_LAST_EPOCHS, rate),
                "");
    }

    private static HanRecipe quick(String network, int images, int epochs, double rate, PruningMethod method) {
        return new HanRecipe(
                network,
                images,
                training(epochs, rate),
                method.with(new Iterative(QUICK_STEPS)),
                retraining(1, rate),
                lastRetraining(QUICK_LAST_EPOCHS, rate),
                "epochs " + epochs + " instead of " + PAPER_EPOCHS + ", " + QUICK_STEPS
                        + " prune steps retrained 1 epoch, the last "
                        + QUICK_LAST_EPOCHS + ", instead of " + Han2015.STEPS + " of " + PAPER_RETRAIN_EPOCHS + " and "
                        + PAPER_LAST_EPOCHS + (images == ALL ? "" : ", training images " + images + " instead of all"));
    }

    /** A tenth of the rate from half of the epochs on, a hundredth from three quarters. */
    private static Recipe training(int epochs, double rate) {
        return new Recipe(epochs, SGD, new LearningRate.MultiStep(rate, 0.1, List.of(0.5, 0.75)));
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
