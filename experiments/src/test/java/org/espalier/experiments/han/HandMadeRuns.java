package org.espalier.experiments.han;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.RunFolder;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.nn.train.Evaluator.Evaluation;
import org.espalier.prune.LayerWork;

/** Finished runs whose results were made up, to see what tables make of them. */
final class HandMadeRuns {
    private HandMadeRuns() {}

    static Setting setting(Long... seeds) {
        return new Setting(Preset.PAPER, "mnist", "ab12", 60_000, List.of(seeds), "cpu", false);
    }

    /** @param right of 10,000 test images */
    static void finish(Path runs, Experiment experiment, long right, List<LayerWork> layers) {
        long weights = layers.stream().mapToLong(LayerWork::weights).sum();
        long biases = experiment.dense().network().name().equals("lenet-300-100") ? 410 : 580;
        RunResult result = new RunResult(
                experiment.dense().network().name(),
                new Evaluation(10_000, right, 10_000, 0.05),
                weights + biases,
                weights,
                layers.stream().mapToLong(LayerWork::kept).sum(),
                layers,
                new RunResult.Pace(1_000, 2),
                "00");
        Provenance provenance =
                Provenance.now(new Provenance.Compute("cpu", 256, "", 1), "ab12", experiment.dense().seed(), Map.of());
        try (RunFolder folder = RunStore.at(runs).open(experiment.id(), experiment.text(), provenance)) {
            folder.finish(result);
        }
    }

    /** 100 images; inputs and active inputs for one image each. */
    static LayerWork layer(String name, long weights, double kept, long macs, long inputs, double active,
            double pairs) {
        return new LayerWork(
                name,
                weights,
                Math.round(weights * kept),
                macs,
                100 * inputs,
                Math.round(100 * inputs * active),
                Math.round(100 * macs * pairs),
                100);
    }

    /** As the paper's Table 2 has it: Act% 38 behind fc1, 65 behind fc2. */
    static List<LayerWork> lenet300(boolean pruned) {
        return List.of(
                layer("fc1", 235_200, pruned ? 0.08 : 1, 235_200, 784, 0.19, 0.02),
                layer("fc2", 30_000, pruned ? 0.09 : 1, 30_000, 300, 0.38, 0.03),
                layer("fc3", 1_000, pruned ? 0.26 : 1, 1_000, 100, 0.65, 0.17));
    }

    /** As the paper's Table 3 has it: Act% 82, 72 and 55. */
    static List<LayerWork> lenet5(boolean pruned) {
        return List.of(
                layer("conv1", 500, pruned ? 0.66 : 1, 288_000, 784, 0.19, 0.1),
                layer("conv2", 25_000, pruned ? 0.12 : 1, 1_600_000, 2_880, 0.82, 0.1),
                layer("fc1", 400_000, pruned ? 0.08 : 1, 400_000, 800, 0.72, 0.1),
                layer("fc2", 5_000, pruned ? 0.19 : 1, 5_000, 500, 0.55, 0.1));
    }
}
