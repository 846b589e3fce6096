package org.espalier.bench.suite;

import org.espalier.bench.measure.Contest;
import org.espalier.bench.measure.Work;

/**
 * Sparse work against the same done dense. The contest's own work is the sparse side's, of what is kept alone.
 *
 * @param contest sparse against dense
 * @param dense what the other side does
 * @param goal the ratio that is wanted
 */
public record SparseContest(Contest contest, Work dense, Goal goal) {}
