package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.shape.Window;

/** Maximum over windows of each plane of {@code [c,h,w]}. */
public record MaxPool2d(Window window) implements Pooling {
    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        return inputs.get(0).maxPool(window);
    }

    @Override
    public String kind() {
        return "maxpool";
    }
}
