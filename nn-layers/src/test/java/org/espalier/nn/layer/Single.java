package org.espalier.nn.layer;

import java.util.List;
import org.espalier.nn.model.ForwardPass;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;

/** One layer alone behind the input, so that its numbers can be checked by hand. */
final class Single {
    private final Model model;

    Single(Backend backend, Shape input, Layer layer) {
        model = Model.initialise(Network.builder("single", input).layer("it", layer).build(), backend, 1);
    }

    /** Sets a parameter by its short name. */
    Single set(String name, float... values) {
        var parameter = model.parameter("it." + name);
        parameter.store(new WeightStorage.Dense(Tensor.of(model.backend(), parameter.spec().shape(), values)));
        return this;
    }

    /** A parameter's values by its short name. */
    double[] get(String name) {
        return model.parameter("it." + name).value().toDoubles();
    }

    /** Output in evaluation mode for samples one after the other. */
    Tensor evaluate(float... samples) {
        return model.predict(batch(samples));
    }

    /** Output in training mode; statistics are stored. */
    Tensor train(long seed, long step, float... samples) {
        ForwardPass pass = model.training(new Tape(), seed, step);
        Tensor output = pass.run(batch(samples));
        pass.storeStatistics();
        return output;
    }

    private Tensor batch(float[] samples) {
        Shape input = model.network().inputShape();
        return Tensor.of(model.backend(), input.prepend(samples.length / input.size()), samples);
    }

    /** Both backends of this library that need no device. */
    static List<String> backends() {
        return List.of("reference", "cpu");
    }
}
