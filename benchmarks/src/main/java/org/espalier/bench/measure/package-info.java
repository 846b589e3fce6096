/**
 * How two libraries are timed side by side. A {@link org.espalier.bench.measure.Contest} is some work and two
 * {@link org.espalier.bench.measure.Entrant}s; {@link org.espalier.bench.measure.Rounds} lets them run in turn and gives an
 * {@link org.espalier.bench.measure.Outcome}: a ratio for each round.
 */
@NullMarked
package org.espalier.bench.measure;

import org.jspecify.annotations.NullMarked;
