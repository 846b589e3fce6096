package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.Table;
import org.espalier.experiments.synthetic.LayerStorage;
import org.espalier.experiments.timing.LayerTiming;
import org.espalier.experiments.timing.Timings;
import org.espalier.prune.LayerTable;
import org.espalier.prune.sparsity.Sparsity;

/**
 * Tables 4 and 5: AlexNet and VGG-16 layer by layer at full size, on weights that nobody trained. Counts, FLOP and bytes
 * are exact; "Act%" and the errors need ImageNet, so "Act%" is the paper's, and "FLOP% ours" is worked out of it.
 */
final class HanCounts {
    private static final List<String> COLUMNS = List.of("layer", "weights paper", "weights ours", "FLOP paper",
            "FLOP ours", "Act% paper", "Weights% paper", "Weights% ours", "kept", "FLOP% paper", "FLOP% ours");
    private static final List<String> STORAGE_COLUMNS = List.of("layer", "dense bytes", "CSR bytes", "index bits",
            "fillers", "packed bytes", "index overhead", "dense / packed");
    private static final List<String> TIME_COLUMNS = List.of("layer", "batch", "dense ms", "CSR ms", "dense / CSR",
            "dense MB", "CSR MB");

    private final Study study;
    private final HanNetwork network;
    private final Setting setting;
    private final LayerTable table;
    private final List<LayerStorage> storage;

    private HanCounts(Study study, HanNetwork network, Setting setting) {
        this.study = study;
        this.network = network;
        this.setting = setting;
        this.table = network.table();
        this.storage = network.storage(setting.seeds().getFirst());
    }

    /** The study's tables; the times are there once they were measured. */
    static Exhibit exhibit(Study study, HanNetwork network, Setting setting, FinishedRuns runs) {
        return new HanCounts(study, network, setting).exhibit(runs.timings(study.name()));
    }

    private Exhibit exhibit(Optional<Timings> timings) {
        List<Table> tables = new ArrayList<>(List.of(counts(), storage()));
        List<String> notes = new ArrayList<>(List.of(
                "Act% is the paper's, and FLOP% ours is Weights% times the Act% of the layer before: ours would need "
                        + "ImageNet",
                network.name() + ", kept: " + table.kept(),
                biases()));
        List<ResultRow> results = new ArrayList<>(results());
        timings.ifPresentOrElse(measured -> {
            tables.add(times(measured));
            notes.add(circumstances(measured));
            measured.layers().forEach(layer -> results.addAll(results(layer)));
        }, () -> notes.add("times were not measured yet: ./espalier run " + study.name() + " --measure"));
        return new Exhibit(tables, List.of(), notes, List.of(), results);
    }

    private String caption(String what) {
        return study.paper() + ", " + study.place() + ": " + network.name() + " at full size" + what;
    }

    private String tableName(String what) {
        return study.name().substring("han-".length()) + what;
    }

    private Table counts() {
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < table.rows().size(); i++) {
            LayerTable.Row row = table.rows().get(i);
            HanPaper.Line line = network.paper().lines().get(i);
            String label = network.nodes().get(i).label();
            String both = label.equals(line.layer()) ? label : label + " (" + line.layer() + ")";
            rows.add(row(both, line, row.kept(), row.flops(), network.flopShare(row)));
        }
        rows.add(row("total", network.paper().lines().getLast(), table.kept(), table.flops(),
                table.flopShare().orElseThrow()));
        return new Table(tableName(""), caption(""), COLUMNS, rows);
    }

    private static List<Cell> row(String layer, HanPaper.Line line, Sparsity kept, long flops, double flopShare) {
        return List.of(
                Cell.of(layer),
                Cell.of(line.weights()),
                Cell.count(kept.total()),
                Cell.of(line.flop()),
                Cell.count(flops),
                Cell.number(line.activation(), 0, ""),
                Cell.number(line.kept(), line.kept() == Math.rint(line.kept()) ? 0 : 1, ""),
                Cell.number(100 * kept.density(), 2, ""),
                Cell.count(kept.kept()),
                Cell.number(line.flopShare(), 0, ""),
                Cell.number(100 * flopShare, 2, ""));
    }

    private Table storage() {
        List<List<Cell>> rows = new ArrayList<>();
        for (LayerStorage layer : storage) {
            rows.add(List.of(
                    Cell.of(layer.layer()),
                    Cell.count(layer.denseBytes()),
                    Cell.count(layer.csrBytes()),
                    Cell.count(layer.indexBits()),
                    Cell.count(layer.fillers()),
                    Cell.count(layer.packedBytes()),
                    Cell.number(100 * layer.overhead(), 1, " %"),
                    Cell.number((double) layer.denseBytes() / layer.packedBytes(), 2, "x")));
        }
        long dense = storage.stream().mapToLong(LayerStorage::denseBytes).sum();
        long packed = storage.stream().mapToLong(LayerStorage::packedBytes).sum();
        long kept = storage.stream().mapToLong(layer -> layer.weights().kept()).sum();
        rows.add(List.of(
                Cell.of("total"),
                Cell.count(dense),
                Cell.count(storage.stream().mapToLong(LayerStorage::csrBytes).sum()),
                Cell.EMPTY,
                Cell.count(storage.stream().mapToLong(LayerStorage::fillers).sum()),
                Cell.count(packed),
                Cell.number(100 * ((double) packed / (Float.BYTES * kept) - 1), 1, " %"),
                Cell.number((double) dense / packed, 2, "x")));
        return new Table(tableName("-storage"),
                caption(", weights kept at random places, seed " + setting.seeds().getFirst() + ": bytes of weights"),
                STORAGE_COLUMNS, rows);
    }

    private String biases() {
        long biases = network.biases();
        long dense = storage.stream().mapToLong(LayerStorage::denseBytes).sum() + Float.BYTES * biases;
        long packed = storage.stream().mapToLong(LayerStorage::packedBytes).sum() + Float.BYTES * biases;
        return String.format(Locale.ROOT, "with %,d biases of 4 bytes: dense %,d bytes, packed %,d, %.2fx smaller",
                biases, dense, packed, (double) dense / packed);
    }

    private Table times(Timings measured) {
        Map<String, String> labels = new HashMap<>();
        network.nodes().forEach(node -> labels.put(node.name(), node.label()));
        List<List<Cell>> rows = measured.layers().stream()
                .map(layer -> List.of(
                        Cell.of(labels.getOrDefault(layer.layer(), layer.layer())),
                        Cell.count(layer.batch()),
                        Cell.number(1e3 * layer.denseSeconds(), 3, ""),
                        Cell.number(1e3 * layer.sparseSeconds(), 3, ""),
                        Cell.number(layer.speedUp(), 2, "x"),
                        Cell.number(layer.denseBytes() / 1e6, 2, ""),
                        Cell.number(layer.sparseBytes() / 1e6, 2, "")))
                .toList();
        return new Table(tableName("-time"), caption(", weights kept at random places: one product, dense and as "
                + "compressed rows, median of rounds in turns"), TIME_COLUMNS, rows);
    }

    private static String circumstances(Timings measured) {
        var where = measured.provenance();
        return "times were measured on " + where.cpu() + ", " + where.backend() + ", "
                + where.settings().getOrDefault("device", "") + ", at " + where.started() + ", commit "
                + where.code().commit();
    }

    private List<ResultRow> results() {
        List<ResultRow> rows = new ArrayList<>();
        for (int i = 0; i < storage.size(); i++) {
            LayerTable.Row row = table.rows().get(i);
            LayerStorage layer = storage.get(i);
            rows.add(result("weights:" + layer.layer(), row.kept().total()));
            rows.add(result("flop:" + layer.layer(), row.flops()));
            rows.add(result("kept:" + layer.layer(), row.kept().kept()));
            rows.add(result("dense_bytes:" + layer.layer(), layer.denseBytes()));
            rows.add(result("csr_bytes:" + layer.layer(), layer.csrBytes()));
            rows.add(result("packed_bytes:" + layer.layer(), layer.packedBytes()));
            rows.add(result("fillers:" + layer.layer(), layer.fillers()));
        }
        rows.add(result("kept:total", table.kept().kept()));
        rows.add(result("flop_percent:total", 100 * table.flopShare().orElseThrow()));
        return rows;
    }

    private List<ResultRow> results(LayerTiming layer) {
        String where = ":" + layer.layer() + ":batch " + layer.batch();
        return List.of(
                result("dense_seconds" + where, layer.denseSeconds()),
                result("csr_seconds" + where, layer.sparseSeconds()));
    }

    private ResultRow result(String metric, double value) {
        return new ResultRow(study.paper(), study.name(), network.name(), setting.data(), "magnitude",
                "the paper's kept shares", table.kept().compression(), table.kept().compression(), Double.NaN,
                setting.seeds().getFirst(), metric, value, "false");
    }
}
