package org.espalier.tensor.reference;

import org.espalier.tensor.shape.Shape;

/** Where each element of a broadcast result comes from. */
final class Broadcast {
    private Broadcast() {}

    /** For each element of {@code to} in row-major order the flat index of its source in {@code from}. */
    static int[] sources(Shape from, Shape to) {
        int[] result = new int[to.size()];
        int[] strides = from.strides();
        int skip = to.rank() - from.rank();
        for (int i = 0; i < result.length; i++) {
            int rest = i;
            int source = 0;
            for (int axis = to.rank() - 1; axis >= 0; axis--) {
                int position = rest % to.axis(axis);
                rest /= to.axis(axis);
                if (axis >= skip && from.axis(axis - skip) != 1) {
                    source += position * strides[axis - skip];
                }
            }
            result[i] = source;
        }
        return result;
    }
}
