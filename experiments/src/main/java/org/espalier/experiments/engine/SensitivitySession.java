package org.espalier.experiments.engine;

import java.util.List;
import java.util.function.Consumer;
import org.espalier.experiments.run.RunFolder;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.model.Model;
import org.espalier.nn.train.Evaluator;
import org.espalier.prune.Sensitivity;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.feed.BatchSource;

/**
 * One sitting at a sensitivity scan. Each point is an event with a checkpoint of its own, which holds no weights, for the
 * scan changes none; a scan that was cut off goes on behind its last point.
 */
final class SensitivitySession {
    private final SensitivityRun run;
    private final RunFolder folder;
    private final FinishedRun dense;
    private final Backend backend;
    private final BatchSource test;
    private final Consumer<String> told;
    private final Stopwatch watch;

    SensitivitySession(
            SensitivityRun run,
            RunFolder folder,
            FinishedRun dense,
            Backend backend,
            BatchSource test,
            Consumer<String> told) {
        this.run = run;
        this.folder = folder;
        this.dense = dense;
        this.backend = backend;
        this.test = test;
        this.told = told;
        this.watch = watch();
    }

    private Stopwatch watch() {
        try (SafetensorsFile state = folder.openState().orElse(null)) {
            return state == null ? new Stopwatch(0) : Stopwatch.of(state);
        }
    }

    void run() {
        List<Sensitivity.Point> before = folder.events().stream()
                .map(event -> SensitivityPoint.of(folder.id(), event).scanned())
                .toList();
        told.accept(folder.id()
                + (before.isEmpty()
                        ? ": begins"
                        : ": goes on after " + before.size() + " of " + run.points() + " points"));
        watch.start();
        List<Sensitivity.Point> points;
        try (Model model = ModelFile.load(dense.model(), run.dense().network().network(), backend)) {
            points = Sensitivity.scan(model, run.shares(), this::accuracy, before, this::found);
        }
        RunResult of = dense.result();
        RunResult result = new RunResult(
                of.network(),
                of.test(),
                of.parameters(),
                of.weights(),
                of.keptWeights(),
                of.layers(),
                new RunResult.Pace((long) run.evaluations() * of.test().count(), watch.seconds()),
                of.modelSha256());
        folder.finish(result.with(points.stream().map(SensitivityPoint::of).toList()));
    }

    private double accuracy(Model model) {
        return Evaluator.evaluate(model, test).top1();
    }

    private void found(Sensitivity.Point point) {
        folder.event(new Event.Point("point", SensitivityPoint.of(point)));
        folder.saveState(watch.addTo(new SafetensorsWriter()));
        if (point.keptShare() == run.shares().getLast()) {
            told.accept(folder.id() + ": " + point.layer() + " measured");
        }
    }
}
