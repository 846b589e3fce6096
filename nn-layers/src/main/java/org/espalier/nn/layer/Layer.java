package org.espalier.nn.layer;

import java.util.List;
import java.util.Optional;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.shape.Shape;

/**
 * One step of a network: a value (best a record) without state. Its parameters live in the model and reach it through
 * the {@link Pass}. Implement it to add a layer of your own: it then works in training, counting, pruning and saving.
 *
 * <p>Shapes here are those of one sample, without the batch: {@code [c,h,w]} for images, {@code [n]} for vectors. Tensors
 * have the batch in front.
 */
public interface Layer {
    /**
     * Shape of one sample's output.
     *
     * @throws IllegalArgumentException if the layer does not accept these inputs, saying what it expects
     */
    Shape outputShape(List<Shape> inputs);

    /** The layer's output for a batch. */
    Tensor forward(Pass pass, List<Tensor> inputs);

    /**
     * True if the layer can end in this: then {@link #forward(Pass, List, Ending)} does. By default no layer can, and what
     * stands behind it in a network is computed after it.
     *
     * @param scaled the ending scales and shifts channels
     * @param adds it adds another layer's output
     */
    default boolean canEnd(boolean scaled, boolean adds, Activation activation) {
        return false;
    }

    /**
     * The layer's output for a batch, and what the ending makes of it, in one go: while a kernel has its output in a cache,
     * where layers of their own would go through memory again. Only asked of layers that {@linkplain #canEnd can}.
     */
    default Tensor forward(Pass pass, List<Tensor> inputs, Ending ending) {
        throw new UnsupportedOperationException(kind() + " has no ending");
    }

    /** The parameters this layer needs for such inputs; none by default. */
    default List<ParameterSpec> parameters(List<Shape> inputs) {
        return List.of();
    }

    /** How outputs hang on inputs; by default unknown, and then nothing around the layer is ever cut. */
    default Connectivity connectivity(List<Shape> inputs) {
        return new Connectivity.Opaque();
    }

    /**
     * This layer with another number of output channels, for layers that hold that number themselves, as a convolution
     * does. Only asked of layers with {@link Connectivity.Weighted}; empty by default, and then no output is ever cut.
     *
     * @param channels at least 1
     */
    default Optional<Layer> withOutputs(int channels) {
        return Optional.empty();
    }

    /**
     * This layer with a bias, for layers that can have one and say so in {@link Connectivity.Weighted}; itself if it has one.
     * Only asked of layers with that connectivity; empty by default, and then no batch norm is folded into it.
     */
    default Optional<Layer> withBias() {
        return Optional.empty();
    }

    /** A short name for tables and for naming unnamed layers, such as {@code conv}. */
    default String kind() {
        return getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
