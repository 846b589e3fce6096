package org.espalier.experiments.study;

import java.util.List;
import java.util.Optional;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.timing.TimedNetwork;

/** One table or figure of a paper, to be reproduced. */
public interface Study {
    /** The name on the command line, such as {@code han-table1}. */
    String name();

    /** The paper, in short: {@code Han 2015}. */
    String paper();

    /** Where it stands there: {@code Table 1}. */
    String place();

    /** What it shows, in a few words. */
    String title();

    /** The runs it is made of; runs that these build on need not be named. None for one that {@link #needsRuns} denies. */
    List<Experiment> experiments(Setting setting);

    /**
     * Whether it is made of runs. What is worked out from the networks as they are defined needs no data, and is there at
     * any time.
     */
    default boolean needsRuns() {
        return true;
    }

    /** The network whose layers are timed for it where that is asked for. */
    default Optional<TimedNetwork> timed() {
        return Optional.empty();
    }

    /** Makes it of the runs that are finished; each of the others is a gap in it. */
    Exhibit exhibit(Setting setting, FinishedRuns runs);
}
