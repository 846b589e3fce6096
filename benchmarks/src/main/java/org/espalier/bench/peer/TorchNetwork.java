package org.espalier.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.layer.Add;
import org.espalier.nn.layer.AveragePool2d;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.ChannelShortcut;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Flatten;
import org.espalier.nn.layer.GlobalAveragePool;
import org.espalier.nn.layer.MaxPool2d;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Window;

/** One of our networks, layer by layer with libtorch's operations, starting from the same weights. */
final class TorchNetwork {
    private final Network network;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();

    TorchNetwork(NDManager manager, Model model, boolean training) {
        network = model.network();
        for (Parameter parameter : model.parameters()) {
            NDArray values = manager.create(parameter.value().toFloats(), shape(parameter.spec().shape()));
            values.setRequiresGradient(training && parameter.role().isTrained());
            parameters.put(parameter.name(), values);
        }
    }

    static Shape shape(org.espalier.tensor.shape.Shape shape) {
        long[] axes = new long[shape.rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = shape.axis(i);
        }
        return new Shape(axes);
    }

    Map<String, NDArray> parameters() {
        return parameters;
    }

    NDArray forward(NDArray batch, boolean training) {
        Map<String, NDArray> outputs = new HashMap<>();
        outputs.put(Network.INPUT, batch);
        NDArray last = batch;
        for (Node node : network.nodes()) {
            last = forward(node, node.inputs().stream().map(outputs::get).toList(), training);
            outputs.put(node.name(), last);
        }
        return last;
    }

    private NDArray forward(Node node, List<NDArray> in, boolean training) {
        NDArray x = in.getFirst();
        return switch (node.layer()) {
            case Dense _ -> Linear.linear(x, of(node, "weight"), parameters.get(node.parameterName("bias")))
                    .singletonOrThrow();
            case Conv2d conv -> convolve(node, conv.geometry(), x);
            case Relu _ -> Activation.relu(x);
            case Flatten _ -> x.reshape(x.getShape().get(0), -1);
            case MaxPool2d pool -> Pool.maxPool2d(x, kernel(pool.window()), stride(pool.window()),
                    padding(pool.window()), false);
            case AveragePool2d pool -> Pool.avgPool2d(x, kernel(pool.window()), stride(pool.window()),
                    padding(pool.window()), false, pool.window().countPadding());
            case BatchNorm norm -> ai.djl.nn.norm.BatchNorm.batchNorm(x, of(node, "running_mean"),
                    of(node, "running_var"), of(node, "weight"), of(node, "bias"), 1, (float) norm.momentum(),
                    (float) norm.epsilon(), training).singletonOrThrow();
            case GlobalAveragePool _ -> {
                Shape plane = new Shape(x.getShape().get(2), x.getShape().get(3));
                yield Pool.avgPool2d(x, plane, plane, new Shape(0, 0), false, true);
            }
            case ChannelShortcut shortcut -> shortcut(shortcut, x);
            case Dropout _ when !training -> x;
            case Add _ -> new NDList(in).stream().reduce(NDArray::add).orElseThrow();
            default -> throw new IllegalArgumentException(
                    "layer '" + node.name() + "' (" + node.layer() + ") has no counterpart in this comparison");
        };
    }

    /** Every other row and column, and planes of zeros where a map says so. */
    private static NDArray shortcut(ChannelShortcut layer, NDArray x) {
        NDArray strided = x.get(":, :, ::" + layer.stride() + ", ::" + layer.stride());
        Shape shape = strided.getShape();
        int front = 0;
        while (layer.channels().get(front) < 0) {
            front++;
        }
        long back = layer.channels().size() - front - shape.get(1);
        for (int c = 0; c < shape.get(1); c++) {
            if (layer.channels().get(front + c) != c) {
                throw new IllegalArgumentException(
                        "a shortcut that mixes channels has no counterpart in this comparison");
            }
        }
        NDManager manager = x.getManager();
        NDArray before = manager.zeros(new Shape(shape.get(0), front, shape.get(2), shape.get(3)));
        NDArray after = manager.zeros(new Shape(shape.get(0), back, shape.get(2), shape.get(3)));
        return before.concat(strided, 1).concat(after, 1);
    }

    private NDArray of(Node node, String name) {
        return parameters.get(node.parameterName(name));
    }

    private NDArray convolve(Node node, ConvGeometry g, NDArray x) {
        return ai.djl.nn.convolutional.Conv2d.conv2d(x, of(node, "weight"), of(node, "bias"),
                new Shape(g.strideH(), g.strideW()), new Shape(g.padH(), g.padW()),
                new Shape(g.dilationH(), g.dilationW()), g.groups()).singletonOrThrow();
    }

    private static Shape kernel(Window w) {
        return new Shape(w.kernelH(), w.kernelW());
    }

    private static Shape stride(Window w) {
        return new Shape(w.strideH(), w.strideW());
    }

    private static Shape padding(Window w) {
        return new Shape(w.padH(), w.padW());
    }
}
