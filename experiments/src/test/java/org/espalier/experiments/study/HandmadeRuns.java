package org.espalier.experiments.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.PrunedRun;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.SensitivityPoint;
import org.espalier.experiments.engine.SensitivityRun;
import org.espalier.experiments.run.CodeVersion;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.RunFolder;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.train.Evaluator.Evaluation;
import org.espalier.prune.LayerWork;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.sparsity.Sparsity;

/**
 * Finished runs that nobody trained: their layers are those of Tables 2 and 3 of Han et al. 2015, their errors chosen
 * to be recognised. Files are those that real runs write.
 */
public final class HandmadeRuns {
    /**
     * A layer of the paper.
     *
     * @param kept weights left by pruning
     * @param inputs values that arrive for one image
     * @param active share of them that is not 0: the paper's Act% of the layer before
     * @param pairs share of multiplications that meet no zero; the paper has none
     */
    private record Layer(long kept, long inputs, double active, double pairs) {}

    private static final Map<String, Map<String, Layer>> LAYERS = Map.of(
            "lenet-300-100", Map.of(
                    "fc1", new Layer(18_816, 784, 0.19, 0.02),
                    "fc2", new Layer(2_700, 300, 0.38, 0.03),
                    "fc3", new Layer(260, 100, 0.65, 0.17)),
            "lenet-5-caffe", Map.of(
                    "conv1", new Layer(330, 784, 0.19, 0.1),
                    "conv2", new Layer(3_000, 2_880, 0.82, 0.1),
                    "fc1", new Layer(32_000, 800, 0.72, 0.1),
                    "fc2", new Layer(950, 500, 0.55, 0.1)),
            // nothing behind its convolutions is 0
            "lenet-5-caffe-linear-conv", Map.of(
                    "conv1", new Layer(330, 784, 0.19, 0.1),
                    "conv2", new Layer(3_000, 2_880, 1, 0.1),
                    "fc1", new Layer(32_000, 800, 1, 0.1),
                    "fc2", new Layer(950, 500, 0.55, 0.1)));

    /** A name that a page must not take for markup. */
    public static final String PROCESSOR = "CPU <b>& \"more\"";

    /** What every accuracy here is measured on: an image is 0.01 points. */
    public static final int TEST_IMAGES = 10_000;

    /** Images that a layer's work was measured on. */
    private static final int MEASURED = 100;

    private final RunStore store;
    private final Map<String, String> settings;

    public HandmadeRuns(RunStore store) {
        this(store, Map.of("device", "2 threads", "training images in the set", "60000"));
    }

    private HandmadeRuns(RunStore store, Map<String, String> settings) {
        this.store = store;
        this.settings = settings;
    }

    /** Runs of earlier versions, which did not write down how many images their set had. */
    public static HandmadeRuns ofUnknownSet(RunStore store) {
        return new HandmadeRuns(store, Map.of("device", "2 threads"));
    }

    /** The setting that these runs belong to. */
    public static Setting setting(Preset preset, Long... seeds) {
        return new Setting(preset, "digits", "0badc0de", 60_000, List.of(seeds), "cpu", false);
    }

    /** The same with LeNet-5 as Caffe's file has it. */
    public static Setting withLinearConv(Preset preset, Long... seeds) {
        return new Setting(preset, "digits", "0badc0de", 60_000, List.of(seeds), "cpu", true);
    }

    /** Another preprocessing, and nothing else. */
    public static Changes normalised(String name) {
        return new Changes(new TreeMap<>(), name);
    }

    /** Other kept shares, as {@code --keep} takes them for a study in {@link #setting}. */
    public static Changes kept(Study study, Setting setting, String text) {
        List<Experiment> own = study.experiments(setting);
        return Changes.of(own, KeptShares.of(own).parse(text), Optional.empty());
    }

    /** Every trained run of a study; the first ends with so many test images classified wrongly, each other with one more. */
    public void finishAll(Study study, Setting setting, long wrong) {
        long next = wrong;
        for (Experiment experiment : Runner.inOrder(study.experiments(setting))) {
            finish(experiment, next);
            next++;
        }
    }

    /**
     * A run with its curve; one that is finished stays as it is.
     *
     * @param wrong test images classified wrongly at the end; each epoch before has 100 more
     */
    public void finish(Experiment experiment, long wrong) {
        try (RunFolder folder = begin(experiment)) {
            if (!folder.isFinished()) {
                events(folder, experiment, wrong);
                folder.finish(result(experiment, wrong));
            }
        }
    }

    /**
     * A sensitivity scan that found these points, in the keys that real scans write.
     *
     * @param wrong test images that the network classifies wrongly before anything is pruned
     */
    public void finishScan(SensitivityRun scan, long wrong, List<SensitivityPoint> points) {
        RunResult of = result(scan.dense(), wrong);
        try (RunFolder folder = begin(scan)) {
            folder.finish(Map.of(
                    "network", of.network(),
                    "test", of.test(),
                    "parameters", of.parameters(),
                    "weights", of.weights(),
                    "keptWeights", of.keptWeights(),
                    "layers", of.layers(),
                    "pace", of.pace(),
                    "modelSha256", of.modelSha256(),
                    "sensitivity", points));
        }
    }

    /**
     * A prune step of a run, with one epoch of retraining.
     *
     * @param kept weights left
     * @param plain test images classified wrongly right after it
     * @param retrained the same after the epoch
     */
    public record Step(long kept, long plain, long retrained) {}

    /** A run that prunes, with steps of one's own. */
    public void finishSteps(Experiment experiment, List<Step> steps) {
        try (RunFolder folder = begin(experiment)) {
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                folder.event(Map.of("event", "prune", "step", i + 1, "kept", step.kept(), "weights", 266_200,
                        "testAccuracy", 1 - (double) step.plain() / TEST_IMAGES, "layers", List.of()));
                folder.event(Map.of("event", "epoch", "step", i + 1, "epoch", 1, "loss", 0.125, "trainAccuracy", 0.5,
                        "rate", 0.1, "testAccuracy", 1 - (double) step.retrained() / TEST_IMAGES, "testLoss", 0.25));
            }
            folder.finish(result(experiment, steps.getLast().retrained()));
        }
    }

    /** A run that has a curve, and no end. */
    public void leaveUnfinished(Experiment experiment) {
        try (RunFolder folder = begin(experiment)) {
            events(folder, experiment, 500);
        }
    }

    private RunFolder begin(Experiment experiment) {
        long seed = experiment.seed();
        return store.open(experiment.id(), experiment.text(),
                new Provenance(new CodeVersion("c0ffee00", "none"), "a JVM", "an OS",
                        PROCESSOR, "cpu", 256, "cpu, 256-bit vectors", 2, "0badc0de", seed,
                        settings, "2026-01-02T03:04:05Z"));
    }

    private static DenseRun dense(Experiment experiment) {
        return experiment instanceof DenseRun run ? run : (DenseRun) experiment.parent().orElseThrow();
    }

    private static void events(RunFolder folder, Experiment experiment, long wrong) {
        int steps = experiment instanceof PrunedRun pruned ? pruned.method().schedule().steps() : 1;
        int epochs = (experiment instanceof PrunedRun pruned ? pruned.retrain() : dense(experiment).recipe()).epochs();
        int left = steps * epochs;
        for (int step = 1; step <= steps; step++) {
            if (experiment instanceof PrunedRun) {
                folder.event(Map.of("event", "prune", "step", step, "kept", 100_000 / step, "weights", 266_200,
                        "testAccuracy", 0.9 - 0.1 * step, "layers", List.of()));
            }
            for (int epoch = 1; epoch <= epochs; epoch++) {
                left--;
                double accuracy = 1 - (wrong + 100.0 * left) / TEST_IMAGES;
                folder.event(Map.of("event", "epoch", "step", experiment instanceof DenseRun ? 0 : step, "epoch", epoch,
                        "loss", 0.125,
                        "trainAccuracy", accuracy - 0.01, "rate", 0.1, "testAccuracy", accuracy, "testLoss", 0.25));
            }
        }
    }

    private static RunResult result(Experiment experiment, long wrong) {
        Network network = experiment.network().network();
        List<LayerWork> layers = LayerCount.of(network).stream()
                .filter(count -> count.weights() > 0)
                .map(count -> work(count, layer(count, experiment), experiment))
                .toList();
        List<LayerCount> counts = LayerCount.of(network);
        return new RunResult(
                network.name(),
                new Evaluation(TEST_IMAGES, TEST_IMAGES - wrong, TEST_IMAGES - 10, 0.25),
                counts.stream().mapToLong(LayerCount::parameters).sum(),
                counts.stream().mapToLong(LayerCount::weights).sum(),
                layers.stream().mapToLong(LayerWork::kept).sum(),
                layers,
                new RunResult.Pace(180_000, 60),
                "ab".repeat(32));
    }

    /** Of a network that is not among those above: half of all values are 0, and the method says what is kept. */
    private static Layer layer(LayerCount count, Experiment experiment) {
        Map<String, Layer> known = LAYERS.getOrDefault(experiment.network().name(), Map.of());
        long kept = experiment.pruned()
                .map(run -> run.method().allocation())
                .filter(KeepFractions.class::isInstance)
                .map(KeepFractions.class::cast)
                .map(shares -> Sparsity.ofKeptShare(shares.shares().get(count.name()), count.weights()).kept())
                .orElse(count.weights());
        return known.getOrDefault(count.name(), new Layer(kept, count.outputElements(), 0.5, 0.1));
    }

    private static LayerWork work(LayerCount count, Layer layer, Experiment experiment) {
        return new LayerWork(
                count.name(),
                count.weights(),
                experiment.pruned().isPresent() ? layer.kept() : count.weights(),
                count.macs(),
                MEASURED * layer.inputs(),
                Math.round(MEASURED * layer.inputs() * layer.active()),
                Math.round(MEASURED * count.macs() * layer.pairs()),
                MEASURED);
    }
}
