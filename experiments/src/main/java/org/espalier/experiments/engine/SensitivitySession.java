package org.espalier.experiments.engine;

import java.util.List;
import java.util.function.Consumer;
import org.espalier.experiments.run.RunFolder;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.model.Model;
import org.espalier.nn.train.Evaluator;
import org.espalier.prune.Sensitivity;
import org.espalier.tensor.feed.BatchSource;

/**
 * One sitting at a sensitivity scan. Each point is an event with a checkpoint of its own, which holds no weights, for the
 * scan changes none; a scan that was cut off goes on behind its last point.
 */
final class SensitivitySession {
    private final Scan run;
    private final RunFolder folder;
    private final Model model;
    private final BatchSource images;
    private final Consumer<String> told;
    private final Stopwatch watch;

    /**
     * @param model whose layers are pruned, in copies
     * @param images to measure on
     */
    SensitivitySession(Scan run, RunFolder folder, Model model, BatchSource images, Consumer<String> told) {
        this.run = run;
        this.folder = folder;
        this.model = model;
        this.images = images;
        this.told = told;
        this.watch = watch();
    }

    private Stopwatch watch() {
        try (SafetensorsFile state = folder.openState().orElse(null)) {
            return state == null ? new Stopwatch(0) : Stopwatch.of(state);
        }
    }

    /** @param of what the model is like as it is */
    void run(RunResult of) {
        List<Sensitivity.Point> before = folder.events().stream()
                .map(event -> SensitivityPoint.of(folder.id(), event).scanned())
                .toList();
        told.accept(folder.id()
                + (before.isEmpty()
                        ? ": begins"
                        : ": goes on after " + before.size() + " of " + run.points() + " points"));
        watch.start();
        List<Sensitivity.Point> points =
                Sensitivity.scan(model, run.shares(), this::accuracy, before, this::found);
        var pace = new RunResult.Pace((long) run.evaluations() * images.samples(), watch.seconds());
        folder.finish(of.at(pace).with(points.stream().map(SensitivityPoint::of).toList()));
    }

    private double accuracy(Model copy) {
        return Evaluator.evaluate(copy, images).top1();
    }

    private void found(Sensitivity.Point point) {
        folder.event(new Event.Point("point", SensitivityPoint.of(point)));
        folder.saveState(watch.addTo(new SafetensorsWriter()));
        if (point.keptShare() == run.shares().getLast()) {
            told.accept(folder.id() + ": " + point.layer() + " measured");
        }
    }
}
