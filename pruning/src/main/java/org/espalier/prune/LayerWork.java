package org.espalier.prune;

/**
 * What a layer with weights has and does, measured over some images.
 *
 * @param name the layer
 * @param weights entries of its kernel or matrix
 * @param kept how many the mask keeps
 * @param macs multiply-accumulates of the dense layer for one image
 * @param inputs values that arrived, over all images measured
 * @param nonZeroInputs how many of them were not 0
 * @param pairs meetings of a non-zero weight and a non-zero input, over all images: the multiplications that a machine
 *     which skips zeros would do
 * @param images how many were measured
 */
public record LayerWork(
        String name, long weights, long kept, long macs, long inputs, long nonZeroInputs, long pairs, long images) {
    /** Share of arriving values that are not 0. */
    public double inputDensity() {
        return (double) nonZeroInputs / inputs;
    }

    /** Share of weights that are kept. */
    public double keptShare() {
        return (double) kept / weights;
    }

    /** Pairs as a share of the dense layer's multiplications. */
    public double pairShare() {
        return pairs / ((double) macs * images);
    }
}
