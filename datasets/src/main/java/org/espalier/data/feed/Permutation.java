package org.espalier.data.feed;

import org.espalier.data.SplitMix64;

/** The order in which an epoch visits its samples. */
final class Permutation {
    private Permutation() {}

    /** Fills {@code order} with a permutation of {@code 0 .. order.length-1}, all equally likely: Fisher and Yates. */
    static void fill(int[] order, long seed, int epoch) {
        SplitMix64 random = SplitMix64.stream(seed, epoch);
        for (int i = 0; i < order.length; i++) {
            int j = random.below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }
}
