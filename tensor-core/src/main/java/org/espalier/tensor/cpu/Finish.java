package org.espalier.tensor.cpu;

import org.espalier.tensor.primitive.Activation;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a convolution's output while it is still in a cache: y * scale + shift, one of each a filter, plus an
 * addend of the output's size, then the activation. Nothing, a bias, batch normalisation by fixed statistics and a residual
 * join are all of this form.
 */
record Finish(float @Nullable [] scale, float @Nullable [] shift, float @Nullable [] addend, Activation activation) {

    static final Finish NONE = new Finish(null, null, null, Activation.NONE);

    static Finish bias(float @Nullable [] bias, boolean relu) {
        return new Finish(null, bias, null, relu ? Activation.RELU : Activation.NONE);
    }

    void check(ConvShape s) {
        check("scale", scale, s.filters());
        check("bias", shift, s.filters());
        if (addend != null && addend.length < s.images() * s.filters() * s.pixels()) {
            throw new IllegalArgumentException("Convolution: " + addend.length + " values to add to " + s);
        }
    }

    /** What can be done to outputs that do not stand in their place yet; {@link #inPlace} is the rest. */
    Finish apart() {
        return addend == null ? this : new Finish(scale, shift, null, Activation.NONE);
    }

    /** What {@link #apart} leaves. */
    Finish inPlace() {
        return addend == null ? NONE : new Finish(null, null, addend, activation);
    }

    private static void check(String name, float @Nullable [] values, int filters) {
        if (values != null && values.length < filters) {
            throw new IllegalArgumentException(
                    "Convolution: " + values.length + " " + name + " values for " + filters + " filters");
        }
    }

    /** For {@code count} outputs of one filter from y[at] on, which is their place if there is an addend. */
    void apply(float[] y, int at, int count, int filter) {
        if (addend != null) {
            Epilogue.affinePlus(y, at, count, scale == null ? 1f : scale[filter], shift == null ? 0f : shift[filter],
                    addend,
                    activation);
        } else if (scale != null) {
            Epilogue.affine(y, at, count, scale[filter], shift == null ? 0f : shift[filter], activation);
        } else if (shift != null || activation != Activation.NONE) {
            Epilogue.constant(y, at, count, shift == null ? 0f : shift[filter], activation);
        }
    }
}
