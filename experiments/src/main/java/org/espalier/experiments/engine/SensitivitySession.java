package org.espalier.experiments.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.espalier.experiments.run.RunFolder;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.train.Evaluator;
import org.espalier.prune.Sensitivity;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.feed.BatchSource;

/** Carries out a sensitivity scan in one sitting; one that is cut off begins anew. */
final class SensitivitySession {
    private final SensitivityRun run;
    private final RunFolder folder;
    private final FinishedRun dense;
    private final Backend backend;
    private final BatchSource test;
    private final Consumer<String> told;
    private int evaluations;

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
    }

    void run() {
        Stopwatch watch = new Stopwatch(0);
        watch.start();
        List<SensitivityPoint> points = new ArrayList<>();
        try (Model model = ModelFile.load(dense.model(), run.dense().network().network(), backend)) {
            for (Sensitivity.Point point : Sensitivity.scan(model, run.shares(), this::accuracy)) {
                points.add(new SensitivityPoint(
                        point.layer(), point.keptShare(), point.kept().kept(), point.kept().total(), point.value()));
            }
        }
        RunResult of = dense.result();
        RunResult result = new RunResult(
                of.network(),
                of.test(),
                of.parameters(),
                of.weights(),
                of.keptWeights(),
                of.layers(),
                new RunResult.Pace(0, watch.seconds()),
                of.modelSha256());
        folder.finish(result.with(points));
    }

    private double accuracy(Model model) {
        evaluations++;
        if (evaluations % run.shares().size() == 0) {
            told.accept(folder.id() + ": " + evaluations + " pruned networks measured");
        }
        return Evaluator.evaluate(model, test).top1();
    }
}
