package org.espalier.prune.compact;

import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * How a pruned layer is run: dense, or as compressed rows. This is the one place that decides it, by the share of its
 * weights that a layer keeps: at most so many, and compressed rows are the faster.
 *
 * @param largeFrom weights from which a fully connected layer is a large one, whose dense product waits for memory
 * @param largeFullyConnected for those
 * @param smallFullyConnected for others
 * @param convolution for convolutions
 */
public record StorageChoice(long largeFrom, BreakEven largeFullyConnected, BreakEven smallFullyConnected,
        BreakEven convolution) {
    /** What is taken where nothing was measured: shares at which compressed rows won on a processor with 256-bit vectors. */
    public static final StorageChoice SHIPPED = new StorageChoice(
            1_000_000, new BreakEven(0.35, 0.35), new BreakEven(0.19, 0.19), new BreakEven(0.25, 0.25));

    /** From here on a batch is taken for a large one: the middle of 1 and 64, as factors go. */
    private static final int LARGE_BATCH = 8;

    /**
     * Shares of kept weights up to which compressed rows are the faster, 0 to 1.
     *
     * @param batch1 for one sample at a time
     * @param batch64 for 64
     */
    public record BreakEven(double batch1, double batch64) {
        /** @throws IllegalArgumentException if these are no shares */
        public BreakEven {
            requireShare(batch1);
            requireShare(batch64);
        }

        private static void requireShare(double share) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("a share of " + share + "; expected 0 to 1");
            }
        }

        /** The share up to which compressed rows are the faster at both. */
        private double both() {
            return Math.min(batch1, batch64);
        }
    }

    /** @throws IllegalArgumentException if the limit is negative */
    public StorageChoice {
        if (largeFrom < 0) {
            throw new IllegalArgumentException("large from " + largeFrom + " weights; expected at least 0");
        }
    }

    private BreakEven breakEven(Shape weight) {
        if (weight.rank() == 4) {
            return convolution;
        }
        return weight.size() >= largeFrom ? largeFullyConnected : smallFullyConnected;
    }

    /** Whether a layer runs as compressed rows, being the faster so at any batch. */
    public boolean runsCompressed(Mask kept) {
        return kept.keptCount() <= breakEven(kept.shape()).both() * kept.size();
    }

    /** Whether a layer runs as compressed rows for so many samples at a time. */
    public boolean runsCompressed(Mask kept, int batch) {
        BreakEven at = breakEven(kept.shape());
        return kept.keptCount() <= (batch < LARGE_BATCH ? at.batch1() : at.batch64()) * kept.size();
    }

    /** Stores each weight of a model as it runs best at any batch; what is kept stays. */
    public void applyTo(Model model) {
        try (Scope scope = model.backend().scope()) {
            for (Parameter weight : model.weights()) {
                Tensor dense = weight.value();
                Mask kept = weight.storage().mask();
                weight.store(runsCompressed(kept)
                        ? WeightStorage.csr(dense, kept)
                        : new WeightStorage.Dense(dense).withWeights(dense, kept));
            }
        }
    }
}
