/**
 * How much each layer keeps. An {@link org.espalier.prune.allocate.Allocation} looks at the candidates of all layers and
 * gives a {@link org.espalier.prune.mask.Quota}: by a threshold in units of a layer's deviation
 * ({@link org.espalier.prune.allocate.StdThreshold}, the rule of Han et al. 2015, and
 * {@link org.espalier.prune.allocate.SameQuality}, which finds the one threshold for a wish), by given shares
 * ({@link org.espalier.prune.allocate.KeepFractions}), the same share everywhere
 * ({@link org.espalier.prune.allocate.Uniform}), or by one ranking over all layers
 * ({@link org.espalier.prune.allocate.Global}). Counts are made by {@link org.espalier.prune.sparsity.Sparsity} alone.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.prune.allocate;
