/**
 * Runs as values: what an experiment is called, where its run lies, and what must hold for a run to go on.
 *
 * <p>An experiment is a record. {@link CanonicalText} writes out all of it, defaults included, and a {@link RunId} is a
 * readable name with the hash of that text: two experiments that differ in anything have two folders, and one that was
 * run is recognised. {@link RunStore} is the folder of all runs; {@link RunFolder} is one of them, held by one process
 * at a time:
 *
 * <pre>
 * runs/mnist-lenet5-3f2a91c0de47/
 *   experiment.txt      the canonical text
 *   provenance.json     the circumstances, see {@link Provenance}
 *   events.jsonl        what happened, a JSON object a line
 *   state.safetensors   the last checkpoint
 *   result.json         stands here once the run is finished, and not before
 *   lock                held while a process works here; the process's number is in it
 * </pre>
 *
 * <p>Each file is whole or not there, but for the last line of the events, which a kill may tear. Opening a run that
 * was interrupted puts the events back to where the last checkpoint left them, so that a run that goes on ends as one
 * that was never interrupted. It is refused under circumstances that could change the result.
 *
 * <p>What the user has to mend is a {@link UsageException}, a run that began and broke is a {@link RunFailedException};
 * {@link ExitCode} says what they become. Nothing here knows networks or tables.
 */
@NullMarked
package org.espalier.experiments.run;

import org.jspecify.annotations.NullMarked;
