package org.espalier.experiments.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.engine.TrainingCurve;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.prune.LayerWork;

/** What is known of one run, as tables. */
public final class RunTables {
    private static final List<String> FACTS = List.of("what", "value");

    private RunTables() {}

    /** Error, size and speed: of training, for a sensitivity scan of measuring. */
    public static Table result(RunResult result) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(fact("top-1 error", Cell.number(result.test().errorPercent(), 2, " %")));
        rows.add(fact("top-5 error", Cell.number(100 * (1 - result.test().top5()), 2, " %")));
        rows.add(fact("test loss", Cell.number(result.test().loss(), 4, "")));
        rows.add(fact("test images", Cell.count(result.test().count())));
        rows.add(fact("parameters", Cell.count(result.parameters())));
        rows.add(fact("weights", Cell.count(result.weights())));
        rows.add(fact("kept weights", Cell.count(result.keptWeights())));
        rows.add(fact("compression", compression(result.weights(), result.keptWeights())));
        rows.add(fact("images", Cell.count(result.pace().images())));
        rows.add(fact("time", Cell.number(result.pace().seconds(), 1, " s")));
        rows.add(fact("speed", Cell.number(result.pace().imagesPerSecond(), 0, " images/s")));
        rows.add(fact("SHA-256 of the model", Cell.of(result.modelSha256())));
        return new Table("result", "result of " + result.network(), FACTS, rows);
    }

    /** What each layer keeps and does. */
    public static Table layers(RunResult result) {
        List<List<Cell>> rows = new ArrayList<>();
        for (LayerWork layer : result.layers()) {
            rows.add(List.of(
                    Cell.of(layer.name()),
                    Cell.count(layer.weights()),
                    Cell.count(layer.kept()),
                    share(layer.keptShare()),
                    Cell.count(layer.macs()),
                    share(layer.inputDensity()),
                    share(layer.pairShare())));
        }
        return new Table(
                "layers",
                "layers, over the test images",
                List.of("layer", "weights", "kept", "kept share", "MACs", "non-zero inputs", "multiplications left"),
                rows);
    }

    /** The circumstances. */
    public static Table provenance(Provenance provenance) {
        List<List<Cell>> rows = new ArrayList<>();
        provenanceLines(provenance).forEach((what, value) -> rows.add(fact(what, Cell.of(value))));
        return new Table("provenance", "circumstances", FACTS, rows);
    }

    static Map<String, String> provenanceLines(Provenance provenance) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("commit", provenance.code().commit()
                + (provenance.code().isClean() ? "" : ", with changes " + provenance.code().changes()));
        lines.put("backend", provenance.backend());
        lines.put("vector width", provenance.vectorBits() + " bits");
        lines.put("tuning", provenance.tuning());
        lines.put("threads", Integer.toString(provenance.threads()));
        lines.put("processor", provenance.cpu());
        lines.put("system", provenance.os());
        lines.put("JVM", provenance.jvm());
        lines.put("data checksum", provenance.dataChecksum());
        lines.put("seed", Long.toString(provenance.seed()));
        lines.putAll(provenance.settings());
        lines.put("started", provenance.started());
        return lines;
    }

    /** The prune steps, each with the error right after it and after its retraining. */
    public static Table prunes(TrainingCurve curve) {
        List<List<Cell>> rows = new ArrayList<>();
        for (TrainingCurve.Prune prune : curve.prunes()) {
            Cell retrained = curve.epochs().stream()
                    .filter(epoch -> epoch.step() == prune.step())
                    .reduce((_, last) -> last)
                    .map(epoch -> Cell.number(epoch.testError(), 2, " %"))
                    .orElse(Cell.EMPTY);
            rows.add(List.of(
                    Cell.count(prune.step()),
                    Cell.count(prune.kept()),
                    compression(prune.weights(), prune.kept()),
                    Cell.number(prune.testError(), 2, " %"),
                    retrained));
        }
        return new Table(
                "prunes", "prune steps",
                List.of("step", "kept weights", "compression", "error after prune", "after retraining"), rows);
    }

    /** The curve, a row an epoch. */
    public static Table epochs(TrainingCurve curve) {
        List<List<Cell>> rows = new ArrayList<>();
        for (TrainingCurve.Epoch epoch : curve.epochs()) {
            rows.add(List.of(
                    Cell.count(epoch.count()),
                    Cell.count(epoch.step()),
                    rate(epoch.rate()),
                    Cell.number(epoch.loss(), 4, ""),
                    Cell.number(epoch.trainError(), 2, " %"),
                    Cell.number(epoch.testError(), 2, " %")));
        }
        return new Table(
                "curve", "curve", List.of("epoch", "prune step", "learning rate", "loss", "train error", "test error"),
                rows);
    }

    private static Cell rate(double rate) {
        return new Cell(String.format(Locale.ROOT, "%.2g", rate), Optional.of(rate));
    }

    private static Cell share(double share) {
        return Cell.number(100 * share, 2, " %");
    }

    static Cell compression(long weights, long kept) {
        return Cell.number((double) weights / kept, 2, "x");
    }

    private static List<Cell> fact(String what, Cell value) {
        return List.of(Cell.of(what), value);
    }
}
