package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;

/**
 * Inverted dropout: in training each element is zero with probability {@code rate}, else divided by 1 - rate; at
 * evaluation nothing happens. Pruning lowers the rate by putting another
 * layer value into the network (Han et al. 2015, eq. 2).
 */
public record Dropout(double rate) implements Layer {
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout needs a rate in [0, 1), got " + rate);
        }
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        return Inputs.single(inputs);
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        if (!pass.training() || rate == 0) {
            return inputs.get(0);
        }
        return Tensor.apply(new Fused.Dropout(rate, pass.seed(), pass.stream()), inputs.get(0)).get(0);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.PerElement(List.of(), new ConstantMap.Identity());
    }
}
