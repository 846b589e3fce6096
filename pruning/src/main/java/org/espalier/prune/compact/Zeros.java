package org.espalier.prune.compact;

import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/** Weights that are exactly zero: they add nothing to any output, whether a mask says so or not. */
public final class Zeros {
    private Zeros() {}

    /**
     * Takes weights that are kept and exactly zero for removed ones.
     *
     * @param alsoUnpruned whether in weights of which nothing is removed yet, too
     * @return how many went
     */
    public static long remove(Model model, boolean alsoUnpruned) {
        long removed = 0;
        try (Scope scope = model.backend().scope()) {
            for (Parameter weight : model.weights()) {
                WeightStorage storage = weight.storage();
                Mask kept = storage.mask();
                if (alsoUnpruned || kept.keptCount() < kept.size()) {
                    Mask left = kept.and(Mask.ofNonZeros(kept.shape(), storage.dense().toDoubles()));
                    removed += kept.keptCount() - left.keptCount();
                    if (left.keptCount() < kept.keptCount()) {
                        weight.store(storage.withWeights(storage.dense(), left));
                    }
                }
            }
        }
        return removed;
    }
}
