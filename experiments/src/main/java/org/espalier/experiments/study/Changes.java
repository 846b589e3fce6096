package org.espalier.experiments.study;

import java.util.List;
import java.util.Optional;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.engine.Experiment;

/**
 * What was asked for otherwise than a study has it of itself. All of it belongs to the identity of the runs.
 *
 * @param normalise name of the preprocessing; empty for the study's own
 */
public record Changes(String normalise) {
    /** The study as it is. */
    public static final Changes NONE = new Changes("");

    /**
     * What is really changed: what the study has anyway is left out.
     *
     * @param own the study's experiments without changes
     * @param normalise what was asked for
     */
    public static Changes of(List<Experiment> own, Optional<Preprocessing> normalise) {
        Preprocessing before = own.getFirst().dense().data().preprocessing();
        return new Changes(normalise.filter(asked -> !asked.equals(before)).map(Preprocessing::name).orElse(""));
    }

    /** The preprocessing: what was asked for, else the study's own. */
    public Preprocessing preprocessing(Preprocessing own) {
        return normalise.isEmpty() ? own : Preprocessing.named(normalise);
    }

    /** For captions: {@code normalise unit}; empty where nothing was changed. */
    public String words() {
        return normalise.isEmpty() ? "" : "normalise " + normalise;
    }
}
