package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.shape.ConvGeometry;
import org.jspecify.annotations.Nullable;

/**
 * How the outputs of a layer hang on its inputs. Counting, effective sparsity, channel groups, shrinking and dead-neuron
 * removal read this and nothing else about a layer.
 */
public sealed interface Connectivity {

    /**
     * Each output element depends on the input element at the same place: activations, dropout, normalisation.
     *
     * @param perChannelParameters short names of parameters with one value a channel, to be cut along with it
     * @param map what a constant input becomes, for layers where that is known without the batch
     */
    record PerElement(List<String> perChannelParameters, ConstantMap map) implements Connectivity {}

    /**
     * Weights: output channel o hangs on input channel i through {@code weight[o,i,...]}. A matrix is a convolution of
     * 1x1 planes.
     *
     * @param weight short name of the weight, OI or OIHW
     * @param bias short name of the bias, or null
     * @param geometry how the kernel slides; {@code ConvGeometry.of(1, 0)} for a matrix
     */
    record Weighted(String weight, @Nullable String bias, ConvGeometry geometry) implements Connectivity {}

    /** Each output element looks through a window of its own channel: pooling. */
    record Window(org.espalier.tensor.shape.Window window) implements Connectivity {}

    /** Output element j is input element {@code map.source(j)}, or zero: flatten, subsampling, zero padding. */
    record Rearrange(IndexMap map) implements Connectivity {}

    /** The elementwise sum of all inputs. */
    record Sum() implements Connectivity {}

    /** The inputs one after the other along the channels. */
    record Concat() implements Connectivity {}

    /** Channels {@code start .. start + length - 1} of the input. */
    record Slice(int start, int length) implements Connectivity {}

    /** Unknown: every output may depend on every input, and nothing is cut. */
    record Opaque() implements Connectivity {}
}
