package org.espalier.experiments.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.nn.io.sparse.GapSize;
import org.espalier.nn.io.sparse.WeightSizes;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.prune.energy.EnergyModel;
import org.espalier.prune.energy.EnergyReport;
import org.espalier.prune.sparsity.Sparsity;

/**
 * What the weights of a pruned network take in each form, and what an inference spends by the prices of Han et al. 2015,
 * figure 1. Worked out from the masks; nothing is measured.
 */
final class PruneCosts {
    private static final EnergyModel PRICES = EnergyModel.CMOS_45_NM;
    private static final long NOTHING_ON_CHIP = 0;
    private static final long ALL_ON_CHIP = Long.MAX_VALUE;
    private static final double PICO_TO_MICRO = 1e-6;
    private static final double PER_CENT = 100;

    private final List<Layer> layers;

    private PruneCosts(List<Layer> layers) {
        this.layers = layers;
    }

    /** A layer's multiply-accumulates for one sample, dense, and what its weights take. */
    private record Layer(String name, long macs, WeightSizes sizes) {
        Sparsity kept() {
            return new Sparsity(sizes.kept(), sizes.shape().size());
        }

        /** One that takes less dense is stored and run dense. */
        EnergyReport.Load load() {
            return sizes.isPacked()
                    ? new EnergyReport.Load(name, macs, kept(), sizes.packed().bits(), sizes.packed().fillers())
                    : new EnergyReport.Load(name, macs, Sparsity.dense(sizes.shape().size()), 0, 0);
        }
    }

    /** @param file the pruned network */
    static PruneCosts of(Network network, Path file) {
        Map<String, WeightSizes> sizes = FileSizes.of(file, false).weights().stream()
                .collect(Collectors.toMap(FileSizes.Weight::name, FileSizes.Weight::sizes));
        Map<String, Long> macs = LayerCount.of(network).stream()
                .collect(Collectors.toMap(LayerCount::name, LayerCount::macs));
        return new PruneCosts(network.weightedNodes().stream()
                .map(node -> new Layer(node.name(), macs.get(node.name()),
                        sizes.get(node.weighted().orElseThrow().parameter())))
                .toList());
    }

    /** Bytes of each layer's weights, dense, as compressed rows and packed. */
    Table storage() {
        List<List<Cell>> rows = new ArrayList<>();
        for (Layer layer : layers) {
            WeightSizes sizes = layer.sizes();
            GapSize packed = sizes.packed();
            rows.add(row(layer.name(), sizes.denseBytes(), sizes.csrBytes(), packed.bytes(),
                    Cell.count(packed.bits()), Cell.count(packed.fillers()),
                    Cell.number(PER_CENT * packed.overhead(), 1, "%")));
        }
        long kept = sum(Layer::kept, Sparsity::kept);
        long packedBits = sum(layer -> layer.sizes().packed(), GapSize::totalBits);
        rows.add(row("total", sum(Layer::sizes, WeightSizes::denseBytes), sum(Layer::sizes, WeightSizes::csrBytes),
                sum(layer -> layer.sizes().packed(), GapSize::bytes), Cell.EMPTY,
                Cell.count(sum(layer -> layer.sizes().packed(), GapSize::fillers)),
                kept == 0 ? Cell.EMPTY : Cell.number(PER_CENT * (packedBits / (kept * 32.0) - 1), 1, "%")));
        return new Table("storage",
                "storage of the weights in bytes; indices: bits of gaps and fillers for one bit of a kept value",
                List.of("layer", "dense", "csr", "packed", "smaller", "bits", "fillers", "indices"), rows);
    }

    private static List<Cell> row(String name, long dense, long csr, long packed, Cell bits, Cell fillers,
            Cell overhead) {
        Cell smaller = packed == 0 ? Cell.EMPTY : Cell.number((double) dense / packed, 2, "x");
        return List.of(Cell.of(name), Cell.count(dense), Cell.count(csr), Cell.count(packed), smaller, bits, fillers,
                overhead);
    }

    private <T> long sum(Function<Layer, T> part, ToLongFunction<T> count) {
        return layers.stream().map(part).mapToLong(count).sum();
    }

    /** Energy of one inference, all weights in DRAM, and all in SRAM. */
    Table energy() {
        List<EnergyReport.Load> loads = layers.stream().map(Layer::load).toList();
        List<List<Cell>> rows = new ArrayList<>();
        for (EnergyReport report : List.of(EnergyReport.of(loads, PRICES, NOTHING_ON_CHIP),
                EnergyReport.of(loads, PRICES, ALL_ON_CHIP))) {
            EnergyReport.Energy dense = report.denseTotal();
            EnergyReport.Energy pruned = report.prunedTotal();
            rows.add(List.of(
                    Cell.of(report.dense().name()),
                    microjoules(dense.fetch()),
                    microjoules(dense.arithmetic()),
                    microjoules(dense.total()),
                    microjoules(pruned.fetch()),
                    microjoules(pruned.arithmetic()),
                    microjoules(pruned.total()),
                    pruned.total() == 0 ? Cell.EMPTY : Cell.number(report.saving(), 2, "x")));
        }
        return new Table("energy",
                "energy of an inference in uJ, by the prices of Han et al. 2015, figure 1, weights packed",
                List.of("weights in", "dense fetch", "dense arithmetic", "dense", "pruned fetch", "pruned arithmetic",
                        "pruned", "saving"),
                rows);
    }

    private static Cell microjoules(double picojoules) {
        return Cell.number(PICO_TO_MICRO * picojoules, 3, "");
    }
}
