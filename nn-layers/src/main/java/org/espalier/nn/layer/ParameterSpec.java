package org.espalier.nn.layer;

import org.espalier.tensor.shape.Shape;

/**
 * A parameter that a layer wants.
 *
 * @param name short name within the layer; together with the layer's name as in PyTorch: {@code conv1.weight}
 * @param shape logical shape, weights OI or OIHW
 * @param role what it is for
 * @param initialiser its values at the start
 */
public record ParameterSpec(String name, Shape shape, Role role, Initialiser initialiser) {
    /** What a parameter is for, which decides whether it is pruned, decayed and trained. */
    public enum Role {
        /** Entry of a kernel or matrix: pruned, decayed, counted in sparsity. */
        WEIGHT,
        /** Added to each output channel; never pruned. */
        BIAS,
        /** Scale and shift of a normalisation; never pruned. */
        NORM,
        /** Measured, not trained: running mean and variance. */
        STATISTIC;

        public boolean isTrained() {
            return this != STATISTIC;
        }
    }

    public static ParameterSpec weight(Shape shape, Initialiser initialiser) {
        return new ParameterSpec("weight", shape, Role.WEIGHT, initialiser);
    }

    /** One number an output channel, starting as fits the weights' start. */
    public static ParameterSpec bias(int channels, Initialiser weights) {
        return new ParameterSpec("bias", Shape.of(channels), Role.BIAS, weights.forBias());
    }

    public static ParameterSpec bias(int channels) {
        return new ParameterSpec("bias", Shape.of(channels), Role.BIAS, new Initialiser.Constant(0));
    }
}
