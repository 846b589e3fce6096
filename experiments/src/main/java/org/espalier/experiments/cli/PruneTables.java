package org.espalier.experiments.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.experiments.engine.BudgetPruning;
import org.espalier.experiments.engine.FilePrunedRun;
import org.espalier.experiments.engine.TrainingCurve;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Node;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.allocate.QualityParameter;
import org.espalier.prune.budget.SensitivityCurves;
import org.espalier.prune.sparsity.Sparsity;

/** What {@code prune} did, read from the run's events. */
final class PruneTables {
    private static final double PER_CENT = 100;

    private final FilePrunedRun run;
    private final List<JsonNode> events;
    private final TrainingCurve curve;

    PruneTables(RunStore store, FilePrunedRun run) {
        this.run = run;
        this.events = store.events(run.id());
        this.curve = TrainingCurve.of(store, run.id());
    }

    /** A layer as the last step that took something of it left it. */
    private record LayerState(String name, Sparsity kept, double threshold, double deviation) {}

    /** Accuracy on the test images before anything, after each prune, and after what followed it. */
    Table steps() {
        List<List<Cell>> rows = new ArrayList<>();
        for (JsonNode event : events) {
            if (event.path("event").asText().equals("before")) {
                rows.add(List.of(Cell.of("before"), Cell.EMPTY, Cell.EMPTY,
                        percent(event.path("testAccuracy").asDouble()), Cell.EMPTY));
            }
        }
        for (TrainingCurve.Prune prune : curve.prunes()) {
            Cell retrained = curve.epochs().stream()
                    .filter(epoch -> epoch.step() == prune.step())
                    .reduce((_, last) -> last)
                    .map(epoch -> Cell.number(PER_CENT - epoch.testError(), 2, " %"))
                    .orElse(Cell.EMPTY);
            rows.add(List.of(
                    Cell.of(run.title(prune.step())),
                    Cell.count(prune.kept()),
                    compression(new Sparsity(prune.kept(), prune.weights())),
                    Cell.number(PER_CENT - prune.testError(), 2, " %"),
                    retrained));
        }
        return new Table("steps", "top-1 accuracy on the test images",
                List.of("step", "kept weights", "compression", "after prune", "after retraining"), rows);
    }

    private List<LayerState> states() {
        Map<String, LayerState> states = new LinkedHashMap<>();
        for (JsonNode event : events) {
            for (JsonNode layer : event.path("layers")) {
                var kept = new Sparsity(layer.path("kept").asLong(), layer.path("weights").asLong());
                String name = layer.path("name").asText();
                LayerState before = states.get(name);
                if (before == null || !before.kept().equals(kept)) {
                    states.put(name, new LayerState(name, kept, layer.path("threshold").asDouble(),
                            layer.path("deviation").asDouble()));
                }
            }
        }
        return List.copyOf(states.values());
    }

    /** What each layer keeps, and what it was cut at. */
    Table layers() {
        List<List<Cell>> rows = new ArrayList<>();
        for (LayerState layer : states()) {
            boolean cut = Double.isFinite(layer.threshold());
            rows.add(List.of(
                    Cell.of(layer.name()),
                    Cell.count(layer.kept().total()),
                    Cell.count(layer.kept().kept()),
                    percent(layer.kept().removedFraction()),
                    cut ? Cell.number(layer.threshold(), 5, "") : Cell.EMPTY,
                    Cell.number(layer.deviation(), 5, ""),
                    cut && layer.deviation() > 0
                            ? Cell.number(layer.threshold() / layer.deviation(), 4, "")
                            : Cell.EMPTY));
        }
        Sparsity all = Sparsity.sum(states().stream().map(LayerState::kept).toList());
        rows.add(List.of(Cell.of("total"), Cell.count(all.total()), Cell.count(all.kept()),
                percent(all.removedFraction()), Cell.EMPTY, Cell.EMPTY, Cell.EMPTY));
        return new Table("layers", "layers, threshold and deviation at the step that last took something",
                List.of("layer", "weights", "kept", "sparsity", "threshold", "deviation", "q"), rows);
    }

    /** The layers that keep nothing. */
    List<String> warnings() {
        return states().stream()
                .filter(layer -> layer.kept().total() > 0 && layer.kept().kept() == 0)
                .map(layer -> FilePrunedRun.emptied(layer.name(), layer.kept().total()))
                .toList();
    }

    /**
     * The shares that a search found, each with what the layer loses when it alone is pruned so and nothing is retrained,
     * and the quality parameter that it comes to.
     *
     * @param given the weights before any pruning
     */
    static Table plan(BudgetPruning.Found found, Model given) {
        KeepFractions shares = (KeepFractions) found.run().method().allocation();
        List<List<Cell>> rows = new ArrayList<>();
        for (SensitivityCurves.Layer layer : found.curves().layers()) {
            double share = shares.shares().getOrDefault(layer.name(), 1.0);
            rows.add(List.of(
                    Cell.of(layer.name()),
                    Cell.number(share, 4, ""),
                    Cell.number(PER_CENT * layer.loss(share), 2, ""),
                    quality(given, layer.name(), share)));
        }
        return new Table("plan",
                "shares by sensitivity: points that a layer loses alone, without retraining, and its q",
                List.of("layer", "kept share", "loss alone", "q"), rows);
    }

    private static Cell quality(Model given, String layer, double share) {
        Node node = given.network().node(layer);
        String weight = node.weighted().orElseThrow().parameter();
        double[] values = given.parameter(weight).value().toDoubles();
        try {
            return Cell.number(QualityParameter.qForKept(values, share), 4, "");
        } catch (IllegalArgumentException allEqual) {
            return Cell.EMPTY;
        }
    }

    private static Cell percent(double share) {
        return Cell.number(PER_CENT * share, 2, " %");
    }

    private static Cell compression(Sparsity kept) {
        return kept.kept() == 0 ? Cell.EMPTY : Cell.number(kept.compression(), 2, "x");
    }
}
