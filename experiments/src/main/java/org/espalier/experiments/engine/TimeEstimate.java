package org.espalier.experiments.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.nn.network.LayerCount;

/** How long experiments will take, by the speed of the runs that are finished. */
public final class TimeEstimate {
    /**
     * Forward multiply-accumulates a second while training, for networks that never ran here: what LeNet-5 reaches on two
     * cores with 256-bit vectors, 3,000 images of 2,293,000.
     */
    private static final double DEFAULT_MACS_PER_SECOND = 7e9;

    private final RunStore store;
    private final List<RunResult> finished;

    public TimeEstimate(RunStore store) {
        this.store = store;
        this.finished = store.ids().stream().map(this::result).filter(Objects::nonNull).toList();
    }

    private @org.jspecify.annotations.Nullable RunResult result(RunId id) {
        return store.look(id) instanceof Run.Finished run ? RunResult.of(run) : null;
    }

    /** Seconds of training that are left of an experiment; 0 if it is finished. */
    public double secondsLeft(Experiment experiment) {
        return imagesLeft(experiment) / imagesPerSecond(experiment.dense().network());
    }

    private double imagesLeft(Experiment experiment) {
        if (store.look(experiment.id()) instanceof Run.Finished) {
            return 0;
        }
        long epochs = store.events(experiment.id()).stream().filter(TimeEstimate::isEpoch).count();
        return Math.max(0, experiment.imagesToTrain() - epochs * experiment.dense().data().trainImages());
    }

    private static boolean isEpoch(JsonNode event) {
        return event.path("event").asText().equals("epoch");
    }

    /** The mean over finished runs of the network, else what its multiplications let expect. */
    public double imagesPerSecond(NetworkSpec network) {
        OptionalDouble measured = finished.stream()
                .filter(result -> result.network().equals(network.name()) && result.pace().images() > 0)
                .mapToDouble(result -> result.pace().imagesPerSecond())
                .average();
        long macs = LayerCount.total("", LayerCount.of(network.network())).macs();
        return measured.orElse(DEFAULT_MACS_PER_SECOND / macs);
    }
}
