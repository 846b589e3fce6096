package org.espalier.nn.io.sparse;

import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * What a weight takes in each form, in bytes of float32 values and what finds their places; from its mask, without values.
 *
 * @param shape of the weight
 * @param kept weights
 * @param packed with the width that takes the least
 * @param paper with the paper's width for such a layer
 */
public record WeightSizes(Shape shape, long kept, GapSize packed, GapSize paper) {
    public static WeightSizes of(Mask mask) {
        return new WeightSizes(mask.shape(), mask.keptCount(), GapCode.smallest(mask),
                GapCode.size(mask, GapCode.paperBits(mask.shape())));
    }

    /** Whether columns of a weight's compressed rows are stored in 16 bits. */
    public static boolean hasShortColumns(Shape weight) {
        return WeightStorage.Csr.columnType(weight) == DType.U16;
    }

    /** All weights, removed ones too. */
    public long denseBytes() {
        return 4L * shape.size();
    }

    /** Values, row starts and columns. */
    public long csrBytes() {
        return kept * (Float.BYTES + WeightStorage.Csr.columnType(shape).bytes())
                + Integer.BYTES * (KeptWeights.rows(shape) + 1L);
    }

    /** Whether a file stores it packed: where that takes fewer bytes than all weights. */
    public boolean isPacked() {
        return packed.bytes() < denseBytes();
    }
}
