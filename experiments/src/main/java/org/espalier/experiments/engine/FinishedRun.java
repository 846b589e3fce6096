package org.espalier.experiments.engine;

import java.nio.file.Path;
import org.espalier.experiments.run.Provenance;

/**
 * A run that came to its end, with where its files lie.
 *
 * @param experiment what was done
 * @param result what it found
 * @param provenance under which circumstances
 * @param folder its run folder
 */
public record FinishedRun(Experiment experiment, RunResult result, Provenance provenance, Path folder) {
    static final String MODEL = "model.safetensors";
    static final String AFTER_PRUNE = "pruned.safetensors";

    /** The final weights. */
    public Path model() {
        return folder.resolve(MODEL);
    }

    /** For pruned runs: the weights right after the last prune step, before their retraining. */
    public Path afterPrune() {
        return folder.resolve(AFTER_PRUNE);
    }
}
