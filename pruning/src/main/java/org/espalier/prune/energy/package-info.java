/**
 * What one inference costs in joules, by arithmetic alone: {@link org.espalier.prune.energy.EnergyModel} holds the price of
 * each {@link org.espalier.prune.energy.Operation} (Han et al. 2015, figure 1), and
 * {@link org.espalier.prune.energy.EnergyReport} adds up a network, dense and pruned. Each stored weight is fetched once for
 * an inference, from DRAM, or from SRAM where the whole network fits there; each multiply-accumulate is a multiplication
 * and an addition of floats. Nothing here is measured: activations, caches and control are left out, as in the paper.
 */
@NullMarked
package org.espalier.prune.energy;

import org.jspecify.annotations.NullMarked;
