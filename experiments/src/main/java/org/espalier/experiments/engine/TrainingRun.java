package org.espalier.experiments.engine;

/** A run that trains, in stages, and ends with weights of its own. */
public sealed interface TrainingRun extends Experiment permits DenseRun, PrunedRun, TurnsRun, LevelsRun, FilePrunedRun {
    /** Images a step. */
    int batch();
}
