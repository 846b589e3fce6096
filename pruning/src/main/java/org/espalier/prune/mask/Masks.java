package org.espalier.prune.mask;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * A mask for each of some weights.
 *
 * @param byWeight mask by the weight's full name, in the network's order
 */
public record Masks(Map<String, Mask> byWeight) {
    public Masks {
        byWeight = Collections.unmodifiableMap(new LinkedHashMap<>(byWeight));
    }

    public static Masks of(Map<String, Mask> byWeight) {
        return new Masks(byWeight);
    }

    /** The masks that a model has now; all kept where nothing was pruned. */
    public static Masks of(Model model) {
        Map<String, Mask> masks = new LinkedHashMap<>();
        for (Parameter weight : model.weights()) {
            masks.put(weight.name(), weight.storage().mask());
        }
        return new Masks(masks);
    }

    /**
     * One weight's mask.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Mask mask(String weight) {
        Mask mask = byWeight.get(weight);
        if (mask == null) {
            throw new IllegalArgumentException(
                    "no mask for '" + weight + "'; there are some for " + String.join(", ", byWeight.keySet()));
        }
        return mask;
    }

    /** Kept and all weights under these masks. */
    public Sparsity sparsity() {
        return Sparsity.sum(byWeight.values().stream()
                .map(mask -> new Sparsity(mask.keptCount(), mask.size()))
                .toList());
    }

    /**
     * Stores the model's weights under these masks, +0 where removed: compressed rows as compressed rows, others dense with
     * their mask. What was removed before stays removed, even where these masks keep it. Weights without a mask here stay
     * as they are.
     *
     * @throws IllegalArgumentException if the model has no such weight, or one of another shape; nothing is changed then
     */
    public void applyTo(Model model) {
        Map<Parameter, Mask> next = new LinkedHashMap<>();
        byWeight.forEach((weight, mask) -> {
            Parameter parameter = model.parameter(weight);
            next.put(parameter, mask.and(parameter.storage().mask()));
        });
        try (var _ = model.backend().scope()) {
            next.forEach((parameter, mask) -> parameter.store(under(mask, parameter)));
        }
    }

    private static WeightStorage under(Mask mask, Parameter parameter) {
        return switch (parameter.storage()) {
            case WeightStorage.Dense d -> WeightStorage.masked(d.weight(), mask);
            case WeightStorage.MaskedDense m -> WeightStorage.masked(m.weight(), mask);
            case WeightStorage.Csr c -> WeightStorage.csr(c.dense(), mask);
        };
    }
}
