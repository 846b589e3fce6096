package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.espalier.data.Preprocessing;
import org.espalier.data.digits.Digits;
import org.espalier.data.feed.SequentialBatches;
import org.espalier.data.feed.ShuffledBatches;
import org.espalier.experiments.study.Preset;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LeNet;
import org.espalier.nn.train.Evaluator;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;

/** The embedded digits as a task; that a linear model stays under 95 % of them is tested where they are drawn. */
final class DigitsTest {
    /** The bound asked of the set, with a part of the quick preset's images and epochs. */
    @Test
    void lenet5PassesNinetyEightPercent() {
        Digits digits = Digits.load();
        HanRecipe quick = HanRecipe.lenet5(Preset.QUICK);
        Recipe recipe = new Recipe(2, quick.dense().sgd(), quick.dense().rate());
        var train = new ShuffledBatches(digits.train().first(15_000), Preprocessing.CAFFE_MNIST, HanRecipe.BATCH, 1);
        var test = new SequentialBatches(digits.test().first(5000), Preprocessing.CAFFE_MNIST, 500);
        try (Backend backend = Backends.open("cpu");
                Model model = Model.initialise(LeNet.lenet5(true), backend, 1);
                Trainer trainer = new Trainer(model, recipe, 1)) {
            trainer.run(train);
            double accuracy = Evaluator.evaluate(model, test).top1();
            assertTrue(accuracy > 0.98, "LeNet-5 reaches " + accuracy);
        }
    }
}
