package org.espalier.tensor.cpu;

import org.espalier.tensor.primitive.Activation;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a convolution's output while it is still in a cache: y * scale + shift, one of each a filter, then
 * the activation. Nothing, a bias, and batch normalisation by fixed statistics are all of
 * this form.
 */
record Finish(float @Nullable [] scale, float @Nullable [] shift, Activation activation) {

    static final Finish NONE = new Finish(null, null, Activation.NONE);

    static Finish bias(float @Nullable [] bias, boolean relu) {
        return new Finish(null, bias, relu ? Activation.RELU : Activation.NONE);
    }

    void check(int filters) {
        check("scale", scale, filters);
        check("bias", shift, filters);
    }

    private static void check(String name, float @Nullable [] values, int filters) {
        if (values != null && values.length < filters) {
            throw new IllegalArgumentException(
                    "Convolution: " + values.length + " " + name + " values for " + filters + " filters");
        }
    }

    /** For {@code count} outputs of one filter from y[at] on. */
    void apply(float[] y, int at, int count, int filter) {
        if (scale != null) {
            Epilogue.affine(y, at, count, scale[filter], shift == null ? 0f : shift[filter], activation);
        } else if (shift != null || activation != Activation.NONE) {
            Epilogue.constant(y, at, count, shift == null ? 0f : shift[filter], activation);
        }
    }
}
