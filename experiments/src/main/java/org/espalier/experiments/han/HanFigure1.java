package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.picture.Charts;
import org.espalier.experiments.picture.Gallery;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.study.Table;
import org.espalier.experiments.synthetic.LayerStorage;
import org.espalier.prune.LayerTable;
import org.espalier.prune.energy.EnergyModel;
import org.espalier.prune.energy.EnergyReport;
import org.espalier.prune.energy.Operation;

/**
 * Figure 1: what operations cost in a 45 nm process, and by these prices what one inference of each of the paper's networks
 * costs, dense and pruned to the paper's shares. Nothing here is measured.
 */
public final class HanFigure1 implements Study {
    private static final EnergyModel PRICES = EnergyModel.CMOS_45_NM;

    /** Connections and times a second of the example in the paper's introduction. */
    private static final double EXAMPLE_CONNECTIONS = 1e9;
    private static final double EXAMPLE_RATE = 20;

    private static final long NOTHING_ON_CHIP = 0;
    private static final long ALL_ON_CHIP = Long.MAX_VALUE;

    private static final List<HanNetwork> NETWORKS = List.of(HanNetwork.LENET_300_100, HanNetwork.LENET_5,
            HanNetwork.ALEXNET, HanNetwork.VGG_16);
    private static final List<String> COLUMNS = List.of("network", "dense fetch", "dense arithmetic", "dense",
            "pruned fetch", "pruned arithmetic", "pruned", "saving", "pruned, in SRAM", "saving in SRAM");

    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanFigure1(), args);
    }

    @Override
    public String name() {
        return "han-figure1";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Figure 1";
    }

    @Override
    public String title() {
        return "energy of operations, and of an inference of each network, dense and pruned";
    }

    @Override
    public boolean needsRuns() {
        return false;
    }

    @Override
    public List<Experiment> experiments(Setting setting) {
        return List.of();
    }

    /**
     * A network with the energy of its inference.
     *
     * @param dram weights fetched from DRAM, dense and pruned
     * @param sram weights fetched from SRAM
     */
    private record Costs(HanNetwork network, EnergyReport dram, EnergyReport sram) {
        static Costs of(HanNetwork network, long seed) {
            List<LayerTable.Row> rows = network.table().rows();
            List<LayerStorage> storage = network.storage(seed);
            List<EnergyReport.Load> loads = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                LayerStorage layer = storage.get(i);
                loads.add(new EnergyReport.Load(layer.layer(), rows.get(i).flops() / 2, layer.weights(),
                        layer.indexBits(), layer.fillers()));
            }
            return new Costs(network, EnergyReport.of(loads, PRICES, NOTHING_ON_CHIP),
                    EnergyReport.of(loads, PRICES, ALL_ON_CHIP));
        }

        /** How many times what is left in SRAM the dense network in DRAM costs. */
        double savingInSram() {
            return dram.denseTotal().total() / sram.prunedTotal().total();
        }
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        List<Costs> costs =
                NETWORKS.stream().map(network -> Costs.of(network, setting.seeds().getFirst())).toList();
        Gallery gallery = new Gallery();
        List<Operation> operations = List.of(Operation.values());
        gallery.add("operations", "energy of an operation in a 45 nm process, logarithmic", () -> Charts.columns(
                paper() + ", " + place() + ": energy of an operation, 45 nm", "pJ",
                operations.stream().map(Operation::label).toList(),
                operations.stream().map(PRICES::picojoules).toList()));
        gallery.add("networks", "energy of an inference, logarithmic", () -> Charts.columns(
                "energy of an inference, weights from DRAM", "uJ",
                costs.stream().flatMap(each -> Stream.of(each.network().name(), each.network().name() + " pruned"))
                        .toList(),
                costs.stream()
                        .flatMap(each -> Stream.of(each.dram().denseTotal(), each.dram().prunedTotal()))
                        .map(EnergyReport.Energy::microjoules)
                        .toList()));
        List<String> notes = new ArrayList<>(List.of(
                String.format(Locale.ROOT, "%,.0f connections %.0f times a second from DRAM are %.1f W (the paper's "
                        + "introduction: 12.8 W)", EXAMPLE_CONNECTIONS, EXAMPLE_RATE, example()),
                "an inference fetches each stored weight once, its index of 5 or 8 bits and fillers with it, and multiplies "
                        + "and adds; activations, caches and control are left out; kept weights stand at random places"));
        notes.addAll(gallery.notes());
        return new Exhibit(List.of(operations(), networks(costs)), gallery.pictures(), notes, List.of(),
                results(setting, costs));
    }

    static double example() {
        return PRICES.watts(Operation.DRAM, EXAMPLE_RATE * EXAMPLE_CONNECTIONS);
    }

    private Table operations() {
        List<List<Cell>> rows = Stream.of(Operation.values())
                .map(operation -> List.of(
                        Cell.of(operation.label()),
                        Cell.number(PRICES.picojoules(operation), 1, ""),
                        Cell.number(PRICES.relative(operation), 0, "")))
                .toList();
        return new Table("figure1", paper() + ", " + place() + ": energy of an operation in a 45 nm process",
                List.of("operation", "pJ", "relative"), rows);
    }

    private Table networks(List<Costs> costs) {
        List<List<Cell>> rows = costs.stream().map(each -> {
            EnergyReport.Energy dense = each.dram().denseTotal();
            EnergyReport.Energy pruned = each.dram().prunedTotal();
            return List.of(
                    Cell.of(each.network().name()),
                    microjoules(dense.fetch()),
                    microjoules(dense.arithmetic()),
                    microjoules(dense.total()),
                    microjoules(pruned.fetch()),
                    microjoules(pruned.arithmetic()),
                    microjoules(pruned.total()),
                    Cell.number(each.dram().saving(), 2, "x"),
                    microjoules(each.sram().prunedTotal().total()),
                    Cell.number(each.savingInSram(), 1, "x"));
        }).toList();
        return new Table("figure1-networks", paper() + ", " + place()
                + ": energy of an inference in uJ by these prices, weights from DRAM; pruned to the paper's shares",
                COLUMNS, rows);
    }

    private static Cell microjoules(double picojoules) {
        return Cell.number(picojoules / 1e6, 2, "");
    }

    private List<ResultRow> results(Setting setting, List<Costs> costs) {
        List<ResultRow> rows = new ArrayList<>();
        for (Costs each : costs) {
            rows.add(result(setting, each, "dense", 1, "microjoules", each.dram().denseTotal()));
            double compression = each.network().table().kept().compression();
            rows.add(result(setting, each, "magnitude", compression, "microjoules", each.dram().prunedTotal()));
            rows.add(result(setting, each, "magnitude", compression, "microjoules_in_sram", each.sram().prunedTotal()));
        }
        return rows;
    }

    private ResultRow result(Setting setting, Costs of, String method, double compression, String metric,
            EnergyReport.Energy energy) {
        return new ResultRow(paper(), name(), of.network().name(), setting.data(), method, "the paper's kept shares",
                compression, compression, Double.NaN, setting.seeds().getFirst(), metric, energy.microjoules(),
                "false");
    }
}
