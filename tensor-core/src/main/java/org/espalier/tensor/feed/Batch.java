package org.espalier.tensor.feed;

import org.espalier.tensor.shape.Shape;

/**
 * Samples on the host, ready to be copied to a backend. Holds arrays for the sake of one copy, so it is a class and not
 * a record; whoever receives a batch must not keep or change them, they are reused.
 */
public final class Batch {
    private final float[] inputs;
    private final int[] labels;
    private final Shape shape;

    /**
     * @param inputs {@code count} samples one after the other, each in row-major NCHW order; may be longer than needed
     * @param labels one class number a sample, from 0; may be longer than needed
     * @param shape {@code [count, ...sample shape]}
     */
    public Batch(float[] inputs, int[] labels, Shape shape) {
        if (inputs.length < shape.size() || labels.length < shape.axis(0)) {
            throw new IllegalArgumentException(
                    "a batch of shape " + shape + " needs " + shape.size() + " inputs and " + shape.axis(0)
                            + " labels, got " + inputs.length + " and " + labels.length);
        }
        this.inputs = inputs;
        this.labels = labels;
        this.shape = shape;
    }

    /** The inputs; the first {@code shape().size()} entries count. */
    public float[] inputs() {
        return inputs;
    }

    /** The labels; the first {@code count()} entries count. */
    public int[] labels() {
        return labels;
    }

    /** {@code [count, ...sample shape]}. */
    public Shape shape() {
        return shape;
    }

    public int count() {
        return shape.axis(0);
    }
}
