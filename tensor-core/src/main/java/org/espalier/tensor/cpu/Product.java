package org.espalier.tensor.cpu;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One dense product while it runs: C (m, n) = or += op(A) (m, k) x op(B) (k, n). Each thread has one of either kind and
 * uses it again, so that a product allocates nothing.
 */
abstract sealed class Product implements IntConsumer permits WideProduct, TallProduct, SmallProduct {

    static final int COLUMNS = GemmKernels.COLUMNS;
    static final float[] NONE = {};

    /** Floats of the operand that is packed for all tasks, at a time, at most: 4 MiB, in L3. */
    static final int PACKED = 1 << 20;

    boolean transA;
    boolean transB;
    int m;
    int n;
    int k;
    float[] a = NONE;
    int a0;
    float[] b = NONE;
    int b0;
    float[] c = NONE;
    int c0;
    boolean add;
    float @Nullable [] bias;
    boolean relu;

    /** Depth of the blocks in which sums are made: by k alone, so that an element's bits don't depend on the way. */
    int blockDepth;
    /** What all tasks read, packed. */
    float[] shared = NONE;
    /** The depth that {@link #shared} has now. */
    int depthFrom;
    int depthNow;

    /** Runs the product that the fields describe, then forgets its arrays. */
    final void run(Workers workers) {
        try {
            blockDepth = Lanes.blocks(k, Lanes.blocks(k, Gemm.DEPTH));
            multiply(workers);
        } finally {
            a = NONE;
            b = NONE;
            c = NONE;
            bias = null;
            shared = NONE;
        }
    }

    abstract void multiply(Workers workers);

    /** Blocks of depth that are packed for all tasks at a time, if each has {@code width} rows or columns. */
    final int sharedDepth(int width) {
        return Math.min(k, Math.max(1, PACKED / width / blockDepth) * blockDepth);
    }

    /** Whether the sums of the block at depth p of the group go on from what C holds. */
    final boolean adds(int p) {
        return add || depthFrom + p > 0;
    }

    /** Bias and ReLU of a part of C, if this group is the last. */
    final void finish(int row, int rows, int column, int columns) {
        if ((bias != null || relu) && depthFrom + depthNow == k) {
            Epilogue.biasRelu(c, c0 + row * n + column, n, rows, columns, bias, column, relu);
        }
    }
}
