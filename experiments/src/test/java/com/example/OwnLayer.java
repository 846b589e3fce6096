package com.example;

import java.util.List;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.layer.ConstantMap;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.layer.Pass;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** A network with a layer of one's own: PReLU (He et al. 2015), max(x, 0) + slope min(x, 0) with a learned slope a channel. */
public class OwnLayer {
    record PRelu() implements Layer {
        @Override
        public Shape outputShape(List<Shape> inputs) {
            return inputs.get(0);
        }

        @Override
        public List<ParameterSpec> parameters(List<Shape> inputs) {
            Shape channels = Shape.of(inputs.get(0).axis(0));
            return List
                    .of(new ParameterSpec("slope", channels, ParameterSpec.Role.NORM, new Initialiser.Constant(0.25)));
        }

        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            Tensor slope = pass.parameter("slope");
            if (x.shape().rank() == 4) {
                slope = slope.reshape(slope.shape().size(), 1, 1);
            }
            return x.relu().minus(x.negate().relu().times(slope));
        }

        @Override
        public Connectivity connectivity(List<Shape> inputs) {
            return new Connectivity.PerElement(List.of("slope"), new ConstantMap.Unknown());
        }
    }

    /** The network of the documentation. */
    public static Network network() {
        return Network.builder("with-prelu", Shape.of(1, 28, 28))
                .conv("conv1", 8, 5)
                .layer("act1", new PRelu())
                .maxPool("pool1", 2, 2)
                .flatten()
                .dense("fc1", 10)
                .build();
    }

    public static void main(String[] args) {
        Model model = Model.initialise(network(), Backends.openDefault(), 1);
        LayerCount.of(model.network()).forEach(System.out::println);
        Tensor logits = model.predict(Tensor.zeros(model.backend(), Spec.f32(2, 1, 28, 28)));
        System.out.println(logits);
    }
}
