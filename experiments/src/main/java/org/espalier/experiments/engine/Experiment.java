package org.espalier.experiments.engine;

import java.util.Optional;
import org.espalier.experiments.run.CanonicalText;
import org.espalier.experiments.run.RunId;

/** All that can change a result, as a value: its canonical text names its run. */
public sealed interface Experiment permits TrainingRun, Scan, OfDenseRun {
    /** What is trained, pruned or measured. */
    NetworkSpec network();

    /** On what. */
    DataSpec data();

    /** Key of all random choices; 0 where there are none. */
    long seed();

    /** What computes, such as {@code cpu}. */
    String backend();

    /** The experiment that must be finished before this one can begin. */
    Optional<Experiment> parent();

    /** How a dense run's network is pruned to shares of its own in it; empty where it is not. */
    default Optional<PrunedRun> pruned() {
        return Optional.empty();
    }

    /** The words that its run's name begins with, such as {@code mnist-lenet-5-caffe-s1-pruned}. */
    String prefix();

    /** Training images that it passes through the network in all, an epoch counting each once. */
    long imagesToTrain();

    /** The run's name. */
    default RunId id() {
        return RunId.ofText(prefix(), text());
    }

    /** The canonical text. */
    default String text() {
        return CanonicalText.of(this);
    }
}
