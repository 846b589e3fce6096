package org.espalier.prune.energy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.espalier.prune.LayerTable;
import org.espalier.prune.sparsity.Sparsity;

/**
 * Energy of one inference, layer by layer, dense and pruned. Fetching counts in words of 32 bits: a dense layer's weights; of
 * a pruned layer the kept weights, the fillers, and an index beside each of them. Biases are left out, as the paper leaves
 * them out of its counts.
 *
 * @param rows in the network's order
 * @param dense whence the dense network's weights come
 * @param pruned whence the pruned network's weights come
 */
public record EnergyReport(List<Row> rows, Source dense, Source pruned) {
    private static final int WORD = 32;
    private static final int BITS = 8;
    private static final double MICRO = 1e-6;

    public EnergyReport {
        rows = List.copyOf(rows);
    }

    /**
     * A layer as it would be stored.
     *
     * @param name its name
     * @param macs multiply-accumulates of the dense layer for one sample
     * @param weights kept and all
     * @param indexBits width of the index beside each stored value; 0 for none
     * @param fillers zeros that are stored because a gap is wider than an index
     */
    public record Load(String name, long macs, Sparsity weights, int indexBits, long fillers) {
        public Load {
            if (macs < 0 || indexBits < 0 || fillers < 0) {
                throw new IllegalArgumentException("layer '" + name + "' can't have " + macs + " MACs, " + indexBits
                        + " bits of an index and " + fillers + " fillers");
            }
        }

        long denseBits() {
            return WORD * weights.total();
        }

        /** Of the pruned layer; one of which nothing is gone is stored dense. */
        long prunedBits() {
            return weights.removed() == 0 ? denseBits() : (weights.kept() + fillers) * (WORD + indexBits);
        }

        /** Every kept weight multiplies as often as it did in the dense layer. */
        double prunedMacs() {
            return macs * weights.density();
        }
    }

    /** Where weights are fetched from. */
    public enum Source {
        SRAM(Operation.SRAM),
        DRAM(Operation.DRAM);

        private final Operation fetch;

        Source(Operation fetch) {
            this.fetch = fetch;
        }
    }

    /**
     * What an inference spends.
     *
     * @param fetch on weights and their indices, in pJ
     * @param arithmetic on multiply-accumulates, in pJ
     */
    public record Energy(double fetch, double arithmetic) {
        /** Both, in pJ. */
        public double total() {
            return fetch + arithmetic;
        }

        /** Both, in uJ. */
        public double microjoules() {
            return MICRO * total();
        }

        private Energy plus(Energy other) {
            return new Energy(fetch + other.fetch, arithmetic + other.arithmetic);
        }
    }

    /** One layer. */
    public record Row(Load load, Energy dense, Energy pruned) {}

    /**
     * Of layers that are known.
     *
     * @param sramBytes what the chip holds: a network whose stored weights fit is fetched from SRAM, else from DRAM
     */
    public static EnergyReport of(List<Load> layers, EnergyModel model, long sramBytes) {
        Source dense = source(layers.stream().mapToLong(Load::denseBits).sum(), sramBytes);
        Source pruned = source(layers.stream().mapToLong(Load::prunedBits).sum(), sramBytes);
        List<Row> rows = new ArrayList<>();
        for (Load layer : layers) {
            rows.add(new Row(
                    layer,
                    energy(layer.denseBits(), layer.macs(), dense, model),
                    energy(layer.prunedBits(), layer.prunedMacs(), pruned, model)));
        }
        return new EnergyReport(rows, dense, pruned);
    }

    /**
     * Of a network's masks or of a paper's kept shares, without fillers.
     *
     * @param indexBits by a layer's name, such as 5 for fully connected layers and 8 for convolutions
     */
    public static EnergyReport of(LayerTable table, ToIntFunction<String> indexBits, EnergyModel model,
            long sramBytes) {
        List<Load> layers = table.rows().stream()
                .map(row -> new Load(
                        row.layer(), row.flops() / 2, row.kept(), indexBits.applyAsInt(row.layer()), 0))
                .toList();
        return of(layers, model, sramBytes);
    }

    private static Source source(long bits, long sramBytes) {
        return Math.ceilDiv(bits, BITS) <= sramBytes ? Source.SRAM : Source.DRAM;
    }

    private static Energy energy(long bits, double macs, Source source, EnergyModel model) {
        return new Energy((double) bits / WORD * model.picojoules(source.fetch), macs * model.multiplyAccumulate());
    }

    /** The whole dense network. */
    public Energy denseTotal() {
        return rows.stream().map(Row::dense).reduce(new Energy(0, 0), Energy::plus);
    }

    /** The whole pruned network. */
    public Energy prunedTotal() {
        return rows.stream().map(Row::pruned).reduce(new Energy(0, 0), Energy::plus);
    }

    /** How many times the pruned network's energy the dense one's is. */
    public double saving() {
        return denseTotal().total() / prunedTotal().total();
    }

    /** A table in uJ, one line a layer. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-16s %12s %12s %12s %12s %8s", "layer",
                "dense fetch", "dense MACs", "pruned fetch", "pruned MACs", "saving"));
        rows.forEach(row -> table.append(line(row.load().name(), row.dense(), row.pruned())));
        return table.append(line("total", denseTotal(), prunedTotal())).toString();
    }

    private static String line(String name, Energy dense, Energy pruned) {
        return String.format(Locale.ROOT, "%n%-16s %12.3f %12.3f %12.3f %12.3f %7.2fx", name, MICRO * dense.fetch(),
                MICRO * dense.arithmetic(), MICRO * pruned.fetch(), MICRO * pruned.arithmetic(),
                dense.total() / pruned.total());
    }
}
