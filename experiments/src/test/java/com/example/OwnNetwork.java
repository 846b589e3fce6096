package com.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.data.Preprocessing;
import org.espalier.data.digits.Digits;
import org.espalier.data.feed.ShuffledBatches;
import org.espalier.experiments.drawing.NetworkDrawing;
import org.espalier.nn.io.onnx.OnnxExport;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Relu6;
import org.espalier.nn.layer.ZeroPad2d;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.prune.Pruner;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.schedule.OneShot;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Magnitude;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;

/** A network of one's own with branches: counted, drawn, trained, pruned and written as ONNX. */
public class OwnNetwork {
    /** An image's channels go two ways, each with its own kind of convolution, and past both. */
    public static Network network() {
        return Network.builder("two-ways", Shape.of(1, 28, 28))
                .layer("pad", new ZeroPad2d(0, 1, 0, 1))
                .conv("stem", 8, 3, 2, 0).batchNorm("stem_bn").relu("stem_relu")
                .slice("left", "stem_relu", 0, 4)
                .layer("grouped", new Conv2d(8, 3, 1, 1).withGroups(2)).relu("left_relu")
                .slice("right", "stem_relu", 4, 4)
                .layer("depthwise", new Conv2d(4, 5, 1, 2).withGroups(4)).layer("right_relu6", new Relu6())
                .concat("joined", "left_relu", "right_relu6", "stem_relu")
                .maxPool("pool", 2, 2)
                .flatten()
                .dense("fc", 10)
                .build();
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args.length > 0 ? args[0] : ".");
        System.out.println(LayerCount.total("all", LayerCount.of(network())));
        Files.writeString(folder.resolve("two-ways.svg"), NetworkDrawing.svg(network()));
        var train = new ShuffledBatches(Digits.load().train().first(640), Preprocessing.UNIT, 64, 1);
        Model model = Model.initialise(network(), Backends.openDefault(), 1);
        new Trainer(model, new Recipe(1, Sgd.momentum(0.9, 5e-4), new LearningRate.Constant(0.05)), 1).run(train);
        var method = new PruningMethod(new Magnitude(), Granularity.WEIGHT, new Global(10), new OneShot(),
                When.AFTER_TRAINING);
        System.out.println(new Pruner(method).prune(model, 1));
        OnnxExport.write(model, folder.resolve("two-ways.onnx"), Map.of());
    }
}
