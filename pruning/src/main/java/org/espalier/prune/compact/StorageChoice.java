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
 * weights that a layer keeps: at most so many, and compressed rows are the faster. How many hangs on what the dense product
 * waits for, so there are four kinds of layers.
 *
 * @param largeFrom weights from which a fully connected layer is a large one, whose dense product waits for memory
 * @param largeFullyConnected for those
 * @param smallFullyConnected for others
 * @param wideKernels for convolutions with kernels of more than 3x3 positions
 * @param narrowKernels for others, for which the dense side has faster ways, such as Winograd's
 */
public record StorageChoice(long largeFrom, BreakEven largeFullyConnected, BreakEven smallFullyConnected,
        BreakEven wideKernels, BreakEven narrowKernels) {
    /**
     * What is taken where nothing was measured: shares at which compressed rows and dense weights were equally fast on one
     * machine, a processor with 256-bit vectors (AVX2), by one thread. One layer stands for each kind:
     *
     * <pre>
     * 4096 x 9216, AlexNet's fc6             39 % kept, one sample   40 %, 64 samples
     * 300 x 784, LeNet-300-100's fc1         13 %                    43 %
     * 50 x 20 x 5 x 5, LeNet-5's conv2       45 %                    60 % or more: none larger was measured
     * 64 x 64 x 3 x 3                        14 %                    26 %
     * </pre>
     *
     * <p>No other layer was measured, kernels of 1x1 neither, which go with those of 3x3, the more cautious way. The million
     * from which a layer is large was not measured; it lies between the two that were, and is 4 MB, more than a core's
     * cache holds.
     */
    public static final StorageChoice SHIPPED = new StorageChoice(1_000_000, new BreakEven(0.39, 0.40),
            new BreakEven(0.13, 0.43), new BreakEven(0.45, 0.60), new BreakEven(0.14, 0.26));

    private static final int NARROW = 3 * 3;

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
            return weight.axis(2) * weight.axis(3) > NARROW ? wideKernels : narrowKernels;
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
