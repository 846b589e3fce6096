package org.espalier.experiments.timing;

/**
 * One layer at one batch size.
 *
 * @param layer its name in the network
 * @param batch inputs at a time
 * @param denseSeconds of a call with dense weights, the median of the rounds
 * @param sparseSeconds the same with compressed rows
 * @param denseBytes that the dense weights take
 * @param sparseBytes that the compressed rows take
 * @param rounds how often each was timed
 */
public record LayerTiming(String layer, int batch, double denseSeconds, double sparseSeconds, long denseBytes,
        long sparseBytes, int rounds) {
    /** How many times as fast the sparse product is; below 1 it is slower. */
    public double speedUp() {
        return denseSeconds / sparseSeconds;
    }
}
