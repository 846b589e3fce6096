package org.espalier.nn.layer;

/** What an elementwise layer makes of a constant. */
public sealed interface ConstantMap {
    /** The same constant: dropout at evaluation. */
    record Identity() implements ConstantMap {}

    /** max(x, 0). */
    record Relu() implements ConstantMap {}

    /** min(max(x, low), high): ReLU6. */
    record Clamp(double low, double high) implements ConstantMap {}

    /**
     * gamma (x - mean) / sqrt(variance + epsilon) + beta of the channel, with the running statistics; the layer's
     * parameters are called as in PyTorch.
     */
    record Normalise(double epsilon) implements ConstantMap {}

    /** Not known: a channel that is constant before the layer is not folded through it. */
    record Unknown() implements ConstantMap {}
}
