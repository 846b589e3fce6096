package org.espalier.tensor.cpu;

/**
 * A thread's own working memory for kernels, kept from call to call. Each field belongs to one level of the kernels
 * (named in its comment), so that a kernel that calls another never finds its memory overwritten.
 */
final class Scratch {

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** One micro-kernel tile that does not fit its place in the output. */
    final float[] tile = new float[GemmKernels.TALL * GemmKernels.COLUMNS];
    /** Products that this thread asked for. */
    final WideProduct wide = new WideProduct();
    final SmallProduct small = new SmallProduct();
    final TallProduct tall = new TallProduct();
    /** One vector whose lanes are to be added up. */
    final float[] lanes = new float[Lanes.COUNT];
    private float[] rows = {};
    private float[] columns = {};
    private float[] block = {};
    private float[] image = {};
    private float[] patches = {};
    private float[] partial = {};
    private int[] offsets = {};
    private int[] runs = {};

    private Scratch() {}

    static Scratch mine() {
        return OF_THREAD.get();
    }

    /** Packed row operand of a product, shared by all threads for one call. */
    float[] rows(int size) {
        rows = grown(rows, size);
        return rows;
    }

    /** Packed column operand of a product, shared by all threads for one call. */
    float[] columns(int size) {
        columns = grown(columns, size);
        return columns;
    }

    /** What one task of a product packs for itself. */
    float[] block(int size) {
        block = grown(block, size);
        return block;
    }

    /** Padded image or image gradient of one convolution task. */
    float[] image(int size) {
        image = grown(image, size);
        return image;
    }

    /** Patches (im2col) or their gradients of one convolution task. */
    float[] patches(int size) {
        patches = grown(patches, size);
        return patches;
    }

    /** Partial sums, one set for each fixed chunk of the input. */
    float[] partial(int size) {
        partial = grown(partial, size);
        return partial;
    }

    /** Offsets of a kernel's elements in the image. */
    int[] offsets(int size) {
        offsets = grown(offsets, size);
        return offsets;
    }

    /** Runs of pixels of one convolution task. */
    int[] runs(int size) {
        runs = grown(runs, size);
        return runs;
    }

    private static float[] grown(float[] array, int size) {
        return array.length < size ? new float[size] : array;
    }

    private static int[] grown(int[] array, int size) {
        return array.length < size ? new int[size] : array;
    }
}
