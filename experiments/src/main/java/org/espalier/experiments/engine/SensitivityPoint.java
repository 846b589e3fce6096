package org.espalier.experiments.engine;

/**
 * A network with one layer pruned and nothing retrained.
 *
 * @param layer the layer
 * @param keptShare the share of its weights that was asked for
 * @param kept what was left of them
 * @param weights what there were
 * @param testAccuracy of the network then
 */
public record SensitivityPoint(String layer, double keptShare, long kept, long weights, double testAccuracy) {}
