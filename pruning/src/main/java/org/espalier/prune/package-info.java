/**
 * Pruning. A {@link org.espalier.prune.PruningMethod} is a value of five parts, which answer five questions: what is a
 * weight worth (score), what goes as one (granularity), how much does each layer keep (allocate), in how many steps
 * (schedule), and when. {@link org.espalier.prune.Pruner} applies one step of it to a model and reports what went.
 *
 * <p>Training is not done here: the caller retrains between the steps. Removed weights are stored as +0 under a mask that
 * training respects, and never come back. What a mask leaves without connections, {@code compact} removes for real.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.prune;
