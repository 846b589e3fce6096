package com.example;

import java.nio.file.Path;
import org.espalier.data.Preprocessing;
import org.espalier.data.digits.Digits;
import org.espalier.data.feed.SequentialBatches;
import org.espalier.data.feed.ShuffledBatches;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Evaluator;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.prune.Pruner;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.schedule.Iterative;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Magnitude;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;

public class TrainAndPrune {
    public static void main(String[] args) {
        Digits digits = Digits.load();
        var train = new ShuffledBatches(digits.train().first(20_000), Preprocessing.UNIT, 64, 1);
        var test = new SequentialBatches(digits.test(), Preprocessing.UNIT, 500);

        Network network = Network.builder("two-layers", Shape.of(1, 28, 28)).flatten().dense("fc1", 128).relu()
                .dense("fc2", 10).build();
        Model model = Model.initialise(network, Backends.openDefault(), 1);
        Sgd sgd = Sgd.momentum(0.9, 5e-4);
        new Trainer(model, new Recipe(3, sgd, new LearningRate.Constant(0.1)), 1).run(train);
        System.out.printf("dense: %.2f %% error%n", Evaluator.evaluate(model, test).errorPercent());

        var method = new PruningMethod(new Magnitude(), Granularity.WEIGHT, new Global(10), new Iterative(2),
                When.AFTER_TRAINING);
        Pruner pruner = new Pruner(method);
        for (int step = 1; step <= pruner.steps(); step++) {
            System.out.println(pruner.prune(model, step));
            new Trainer(model, new Recipe(1, sgd, new LearningRate.Constant(0.01)), step).run(train);
        }
        System.out.printf("a tenth of the weights: %.2f %% error%n", Evaluator.evaluate(model, test).errorPercent());
        ModelFile.save(model, Path.of(args.length > 0 ? args[0] : "pruned.safetensors"));
    }
}
