package org.espalier.bench.peer;

import java.util.ArrayList;
import java.util.List;
import org.espalier.bench.measure.Entrant;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Flatten;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Node;

/**
 * A chain of fully connected layers with OpenBLAS, as one would write it by hand: a product a layer, bias and ReLU in a
 * loop over its result.
 */
public final class BlasNetwork implements Entrant {
    private record Step(Entrant product, float[] bias, boolean relu) {}

    private final List<Step> steps = new ArrayList<>();

    /**
     * @param model its weights are copied
     * @param batch samples
     * @param x all inputs, sample by sample
     * @throws IllegalArgumentException if the model has other layers than fully connected ones with a bias, and ReLUs
     */
    public BlasNetwork(OpenBlas blas, int threads, Model model, int batch, float[] x) {
        float[] in = x;
        List<Node> nodes = model.network().nodes();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            switch (node.layer()) {
                case Flatten _ -> {
                    // as it lies
                }
                case Relu _ -> {
                    // with the product before it
                }
                case Dense dense -> {
                    boolean relu = i + 1 < nodes.size() && nodes.get(i + 1).layer() instanceof Relu;
                    float[] weight = values(model, node, "weight");
                    int cols = weight.length / dense.out();
                    Entrant product = batch == 1
                            ? blas.product(threads, false, false, dense.out(), 1, cols, weight, in)
                            : blas.product(threads, false, true, batch, dense.out(), cols, in, weight);
                    steps.add(new Step(product, values(model, node, "bias"), relu));
                    in = product.result(); // the array itself, of which the next product reads
                }
                default -> throw new IllegalArgumentException(
                        "layer '" + node.name() + "' (" + node.layer() + ") is no chain of products");
            }
        }
    }

    private static float[] values(Model model, Node node, String name) {
        return model.parameter(node.parameterName(name)).value().toFloats();
    }

    @Override
    public void go() {
        for (Step step : steps) {
            step.product().go();
            finish(step.product().result(), step.bias(), step.relu());
        }
    }

    private static void finish(float[] y, float[] bias, boolean relu) {
        for (int row = 0; row < y.length; row += bias.length) {
            for (int i = 0; i < bias.length; i++) {
                float sum = y[row + i] + bias[i];
                y[row + i] = relu ? Math.max(sum, 0) : sum;
            }
        }
    }

    @Override
    public float[] result() {
        return steps.getLast().product().result();
    }
}
