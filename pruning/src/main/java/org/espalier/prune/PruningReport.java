package org.espalier.prune;

import java.util.List;
import java.util.Locale;
import org.espalier.prune.sparsity.Sparsity;

/**
 * What a prune step left.
 *
 * @param step counted from 1
 * @param steps of the whole schedule
 * @param layers one entry a weight, in the network's order
 */
public record PruningReport(int step, int steps, List<Layer> layers) {
    public PruningReport {
        layers = List.copyOf(layers);
    }

    /**
     * One layer after the step.
     *
     * @param name the layer
     * @param before kept and all weights before the step
     * @param after kept and all weights after it
     * @param deviation standard deviation of the weights that were left before the step
     * @param threshold what scores were cut at: the allocation's threshold where it has one, else the lowest kept score,
     *     infinite if nothing is left
     */
    public record Layer(String name, Sparsity before, Sparsity after, double deviation, double threshold) {
        /** threshold/deviation: for magnitudes of single weights the quality parameter of this step. */
        public double q() {
            return threshold == 0 ? 0 : threshold / deviation;
        }
    }

    /** Kept and all weights of the network. */
    public Sparsity total() {
        return Sparsity.sum(layers.stream().map(Layer::after).toList());
    }

    /** The layers that have weights and lost the last of them at this step. */
    public List<Layer> emptied() {
        return layers.stream()
                .filter(layer -> layer.before().kept() > 0 && layer.after().kept() == 0)
                .toList();
    }

    /**
     * A layer's entry.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Layer layer(String name) {
        return layers.stream()
                .filter(layer -> layer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the report has no layer '" + name + "'; it has "
                        + String.join(", ", layers.stream().map(Layer::name).toList())));
    }

    /** A table, one line a layer. */
    @Override
    public String toString() {
        StringBuilder table =
                new StringBuilder(String.format(Locale.ROOT, "prune step %d of %d%n%-16s %12s %12s %8s %12s %8s",
                        step, steps, "layer", "weights", "kept", "kept %", "threshold", "q"));
        for (Layer layer : layers) {
            table.append(String.format(Locale.ROOT, "%n%-16s %12d %12d %8.2f %12.6f %8.4f", layer.name(),
                    layer.after().total(),
                    layer.after().kept(), 100 * layer.after().density(), layer.threshold(), layer.q()));
        }
        Sparsity total = total();
        return table.append(
                String.format(Locale.ROOT, "%n%-16s %12d %12d %8.2f %12s %7.2fx", "total", total.total(), total.kept(),
                        100 * total.density(), "", total.compression()))
                .toString();
    }
}
