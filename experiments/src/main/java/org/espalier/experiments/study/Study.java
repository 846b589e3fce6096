package org.espalier.experiments.study;

import java.util.List;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;

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

    /** The runs it is made of; runs that these build on need not be named. */
    List<Experiment> experiments(Setting setting);

    /** Makes it of the runs that are finished; each of the others is a gap in it. */
    Exhibit exhibit(Setting setting, FinishedRuns runs);
}
