package org.espalier.tensor.reference;

import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * A tensor for the plain kernels: real elements as doubles whatever their type, integers as ints, in row-major order.
 * The arrays may be longer than the shape needs.
 */
public final class HostArray {
    private static final double[] NO_REALS = {};
    private static final int[] NO_INTS = {};

    private final Spec spec;
    private final double[] reals;
    private final int[] ints;

    private HostArray(Spec spec, double[] reals, int[] ints) {
        this.spec = spec;
        this.reals = reals;
        this.ints = ints;
    }

    public static HostArray ofReals(Spec spec, double[] values) {
        return new HostArray(spec, values, NO_INTS);
    }

    public static HostArray ofInts(Spec spec, int[] values) {
        return new HostArray(spec, NO_REALS, values);
    }

    public Spec spec() {
        return spec;
    }

    public Shape shape() {
        return spec.shape();
    }

    public int size() {
        return spec.shape().size();
    }

    /** The elements of an F32 or F64 tensor. */
    public double[] reals() {
        return reals;
    }

    /** The elements of an I32 or U16 tensor. */
    public int[] ints() {
        return ints;
    }
}
