/**
 * Experiments as values, and what carries them out.
 *
 * <p>An {@link org.espalier.experiments.engine.Experiment} says all that can change a result: a
 * {@link org.espalier.experiments.engine.DenseRun} trains a network, a {@link org.espalier.experiments.engine.PrunedRun}
 * prunes and retrains what a dense run left, a {@link org.espalier.experiments.engine.SensitivityRun} measures it with one
 * layer pruned at a time; {@link org.espalier.experiments.engine.FilePrunedRun} and
 * {@link org.espalier.experiments.engine.FileSensitivityRun} do the same to weights of one's own, from a file. Its canonical
 * text names its run folder, so two tables that need the same trained network share one run. A
 * {@link org.espalier.experiments.engine.Runner} completes a list of experiments: what is finished is skipped, what was cut
 * off goes on from its last checkpoint and ends with the same bits. What a finished run found is a
 * {@link org.espalier.experiments.engine.RunResult}; {@link org.espalier.experiments.engine.FinishedRuns} hands them to
 * tables and figures.
 *
 * <p>The test set is only measured on, never chosen by: {@link org.espalier.experiments.engine.BudgetPruning} chooses by
 * training images that are held back. Nothing here knows papers.
 */
@NullMarked
package org.espalier.experiments.engine;

import org.jspecify.annotations.NullMarked;
