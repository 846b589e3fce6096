package org.espalier.experiments.engine;

import java.util.Optional;

/** What begins with the network that a dense run trained, on the same data and with the same seed. */
sealed interface OfDenseRun extends Experiment permits PrunedRun, TurnsRun, LevelsRun, SensitivityRun {
    /** The run that trained it. */
    DenseRun dense();

    @Override
    default NetworkSpec network() {
        return dense().network();
    }

    @Override
    default DataSpec data() {
        return dense().data();
    }

    @Override
    default long seed() {
        return dense().seed();
    }

    @Override
    default String backend() {
        return dense().backend();
    }

    @Override
    default Optional<Experiment> parent() {
        return Optional.of(dense());
    }
}
