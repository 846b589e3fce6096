/**
 * How long a layer takes with dense and with sparse weights, and how much memory these take, at full size on this machine.
 * {@link org.espalier.experiments.timing.LayerTimer} measures, {@link org.espalier.experiments.timing.Timings} keeps what it
 * found with the circumstances beside the runs, until it is measured again. Times differ from one measurement to the next,
 * so they are no runs.
 */
@NullMarked
package org.espalier.experiments.timing;

import org.jspecify.annotations.NullMarked;
