package org.espalier.tensor.shape;

/** The element types of a tensor: two kinds of real numbers, and two of integers, for labels and indices. */
public enum DType {
    F32(4),
    F64(8),
    I32(4),
    /** Indices from 0 to 65,535, such as the columns of sparse weights: they are read and moved, never computed. */
    U16(2);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** True for F32 and F64, the types that have gradients. */
    public boolean isReal() {
        return this == F32 || this == F64;
    }
}
