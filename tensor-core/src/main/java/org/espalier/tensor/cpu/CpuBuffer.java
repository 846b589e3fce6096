package org.espalier.tensor.cpu;

import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.shape.DType;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in a Java array, row-major from index 0. The array comes from a pool and may be longer than the tensor, its
 * tail holding anything. For users' own kernels, too: {@code CpuBuffer.floats(operand)}.
 */
public final class CpuBuffer extends Buffer {
    private final ArrayPool pool;
    private final Object array;
    private volatile PackedWeights.@Nullable Kept packed;
    private volatile @Nullable SparseForms sparse;

    CpuBuffer(DType dtype, int size, ArrayPool pool) {
        super(dtype, size);
        this.pool = pool;
        this.array = switch (dtype) {
            case F32 -> pool.floats(size);
            case F64 -> new double[size];
            case I32 -> pool.ints(size);
            case U16 -> new char[size];
        };
    }

    /** The elements of an F32 operand; at least as many as its shape says. */
    public static float[] floats(Operand operand) {
        return (float[]) ((CpuBuffer) operand.buffer()).array;
    }

    /** The elements of an F64 operand. */
    public static double[] doubles(Operand operand) {
        return (double[]) ((CpuBuffer) operand.buffer()).array;
    }

    /** The elements of an I32 operand; at least as many as its shape says. */
    public static int[] ints(Operand operand) {
        return (int[]) ((CpuBuffer) operand.buffer()).array;
    }

    /** The elements of a U16 operand. */
    public static char[] chars(Operand operand) {
        return (char[]) ((CpuBuffer) operand.buffer()).array;
    }

    /** The elements of an I32 operand, in place, or of a U16 operand, in a copy. */
    static int[] indices(Operand operand) {
        if (operand.spec().dtype() == DType.I32) {
            return ints(operand);
        }
        char[] from = chars(operand);
        int[] copy = new int[operand.shape().size()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = from[i];
        }
        return copy;
    }

    /** What {@link PackedWeights} keeps with this buffer. */
    PackedWeights.@Nullable Kept packed() {
        return packed;
    }

    void keep(PackedWeights.Kept next) {
        packed = next;
    }

    /** What {@link SparseForms} keeps with this buffer. */
    @Nullable
    SparseForms sparse() {
        return sparse;
    }

    void keep(SparseForms next) {
        sparse = next;
    }

    Object array() {
        return array;
    }

    @Override
    protected void free() {
        packed = null;
        sparse = null;
        pool.giveBack(array);
    }
}
