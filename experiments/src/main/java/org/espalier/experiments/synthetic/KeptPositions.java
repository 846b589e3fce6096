package org.espalier.experiments.synthetic;

import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import org.espalier.data.SplitMix64;
import org.espalier.prune.sparsity.Sparsity;

/**
 * So many of so many positions, all choices being equally likely, in ascending order and without a mask in memory: the next
 * position is taken with the share that is still to be taken of those that are left (Knuth, "Seminumerical Algorithms",
 * 3.4.2, algorithm S).
 */
public final class KeptPositions implements PrimitiveIterator.OfLong {
    private final SplitMix64 random;
    private final long total;
    private long left;
    private long next;

    private KeptPositions(Sparsity sparsity, SplitMix64 random) {
        this.total = sparsity.total();
        this.left = sparsity.kept();
        this.random = random;
    }

    /**
     * Those of one layer.
     *
     * @param sparsity how many of how many
     * @param seed of all layers
     * @param layer its number, so that each has positions of its own
     */
    public static KeptPositions of(Sparsity sparsity, long seed, int layer) {
        return new KeptPositions(sparsity, SplitMix64.stream(seed, layer));
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    public long nextLong() {
        if (left == 0) {
            throw new NoSuchElementException("all kept positions of " + total + " were given");
        }
        while (!(random.uniform() * (total - next) < left)) {
            next++;
        }
        left--;
        return next++;
    }
}
