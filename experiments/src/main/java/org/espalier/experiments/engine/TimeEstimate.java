package org.espalier.experiments.engine;

import java.util.List;
import java.util.OptionalDouble;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.network.LayerCount;

/** How long experiments will take, by the speed of the runs that are finished; runs that are broken count as never done. */
public final class TimeEstimate {
    /**
     * Forward multiply-accumulates a second while training, for networks that never ran here: what LeNet-5 reaches on two
     * cores with 256-bit vectors, 3,000 images of 2,293,000.
     */
    private static final double DEFAULT_MACS_PER_SECOND = 7e9;

    /** A backward pass costs two forward ones, so measuring alone is so many times as fast as training. */
    private static final double PASSES_OF_TRAINING = 3;

    private final RunStore store;
    private final int testImages;
    private final List<StoredRun> finished;

    /** @param testImages what a network is measured on */
    public TimeEstimate(RunStore store, int testImages) {
        this.store = store;
        this.testImages = testImages;
        this.finished = StoredRun.all(store).stream().filter(run -> run.result().isPresent()).toList();
    }

    /** Images that an experiment passes through its network in all: trained on, or for a scan measured. */
    public long images(Experiment experiment) {
        return switch (experiment) {
            case TrainingRun run -> run.imagesToTrain();
            case Scan scan -> (long) scan.evaluations() * scan.imagesToMeasure(testImages);
        };
    }

    /**
     * Seconds of training, or of a scan's measurements, that are left of an experiment; 0 if it is finished.
     *
     * @throws org.espalier.nn.io.BadFileException if a file of its run is broken
     */
    public double secondsLeft(Experiment experiment) {
        if (store.look(experiment.id()) instanceof Run.Finished) {
            return 0;
        }
        NetworkSpec network = experiment.network();
        return switch (experiment) {
            case TrainingRun run -> {
                double done = (double) events(run, "epoch") * run.data().trainImages();
                yield Math.max(0, images(run) - done) / imagesPerSecond(network);
            }
            case Scan scan -> {
                double done = (double) events(scan, "point") * scan.imagesToMeasure(testImages);
                yield Math.max(0, images(scan) - done) / measuredPerSecond(network);
            }
        };
    }

    /** The same for a run that would begin anew. */
    public double secondsAnew(Experiment experiment) {
        NetworkSpec network = experiment.network();
        return images(experiment) / switch (experiment) {
            case TrainingRun _ -> imagesPerSecond(network);
            case Scan _ -> measuredPerSecond(network);
        };
    }

    private long events(Experiment experiment, String name) {
        return store.events(experiment.id()).stream()
                .filter(event -> event.path("event").asText().equals(name))
                .count();
    }

    /** Training images: the mean over finished runs of the network, else what its multiplications let expect. */
    public double imagesPerSecond(NetworkSpec network) {
        long macs = LayerCount.total("", LayerCount.of(network.network())).macs();
        return pace(network, false).orElse(DEFAULT_MACS_PER_SECOND / macs);
    }

    private double measuredPerSecond(NetworkSpec network) {
        return pace(network, true).orElseGet(() -> PASSES_OF_TRAINING * imagesPerSecond(network));
    }

    private OptionalDouble pace(NetworkSpec network, boolean scans) {
        return finished.stream()
                .filter(run -> scans == run.subject().orElseThrow().kind().isScan())
                .map(run -> run.result().orElseThrow())
                .filter(result -> result.network().equals(network.name()) && result.pace().images() > 0)
                .mapToDouble(result -> result.pace().imagesPerSecond())
                .average();
    }
}
