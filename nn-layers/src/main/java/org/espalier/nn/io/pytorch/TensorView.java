package org.espalier.nn.io.pytorch;

import java.util.List;
import org.espalier.tensor.shape.Shape;

/**
 * A tensor as PyTorch has it: strides over a storage. It has been checked to lie within it.
 *
 * @param offset the first element, counted from the storage's first
 * @param strides elements from one index to the next, axis by axis
 */
record TensorView(Storage storage, long offset, Shape shape, List<Long> strides) implements PickleValue {
    /** More than any tensor library has. */
    static final int MOST_AXES = 64;
    /** From the first element to the last: what fits an array. */
    private static final long MOST_SPANNED = Integer.MAX_VALUE - 64;

    TensorView {
        strides = List.copyOf(strides);
    }

    /**
     * Checks sizes and strides against the storage. A tensor may not have more elements than its storage, as one with a
     * stride of 0 could: memory for it would go beyond the file's size.
     *
     * @throws IllegalArgumentException in one line if they do not fit it
     */
    static TensorView of(Storage storage, long offset, List<Long> sizes, List<Long> strides) {
        if (sizes.size() != strides.size()) {
            throw new IllegalArgumentException("has " + sizes.size() + " sizes and " + strides.size() + " strides");
        }
        int[] axes = new int[sizes.size()];
        long last = offset;
        try {
            for (int i = 0; i < axes.length; i++) {
                axes[i] = Math.toIntExact(sizes.get(i));
                if (axes[i] < 0 || strides.get(i) < 0) {
                    throw new IllegalArgumentException(
                            "has a size of " + axes[i] + " and a stride of " + strides.get(i));
                }
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, axes[i] - 1L), strides.get(i)));
            }
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException("has sizes " + sizes + " and strides " + strides + ", which overflow");
        }
        Shape shape = Shape.of(axes);
        boolean inside = offset >= 0 && (shape.size() == 0 || last < storage.length());
        if (!inside || shape.size() > storage.length()) {
            throw new IllegalArgumentException(
                    "of shape " + shape + " with offset " + offset + " and strides " + strides
                            + " does not fit its storage of " + storage.length() + " elements");
        }
        if (shape.size() > 0 && last - offset >= MOST_SPANNED) {
            throw new IllegalArgumentException("spreads over " + (last - offset) + " elements of its storage");
        }
        return new TensorView(storage, offset, shape, strides);
    }

    /** Bytes of the elements that the tensor has, not of those that it skips. */
    long byteLength() {
        return (long) shape.size() * storage.type().bytes();
    }

    /** The first element, counted from the beginning of the whole storage. */
    long first() {
        return storage.first() + offset;
    }

    /** Elements from the first to the last, those that are skipped included. */
    int span() {
        long span = shape.size() == 0 ? 0 : 1;
        for (int i = 0; i < strides.size() && span > 0; i++) {
            span += (shape.axis(i) - 1) * strides.get(i);
        }
        return Math.toIntExact(span);
    }

    /** For each element, row-major, where it is in the span. */
    int[] places() {
        int[] places = new int[shape.size()];
        int filled = Math.min(1, places.length);
        // axis by axis from the innermost: what is there already is repeated, one stride further each time
        for (int axis = strides.size() - 1; axis >= 0 && filled > 0; axis--) {
            int block = filled;
            int stride = shape.axis(axis) == 1 ? 0 : Math.toIntExact(strides.get(axis));
            for (int index = 1; index < shape.axis(axis); index++) {
                for (int i = 0; i < block; i++) {
                    places[filled++] = places[i] + index * stride;
                }
            }
        }
        return places;
    }

    /** Whether the elements lie row-major and without gaps. */
    boolean isContiguous() {
        long expected = 1;
        for (int axis = strides.size() - 1; axis >= 0; axis--) {
            if (shape.axis(axis) != 1 && strides.get(axis) != expected) {
                return false;
            }
            expected *= shape.axis(axis);
        }
        return true;
    }
}
