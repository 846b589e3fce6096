package org.espalier.nn.network;

import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.Initialiser;

/**
 * What the networks of Vysogorets and Kempe 2023 have in common, as their code builds them with Keras: batch norm behind
 * every layer with weights, on the logits too, and weights that start truncated normal.
 */
final class EffectiveSparsityForm {
    /** Keras's defaults: epsilon 1e-3; its momentum 0.99 is the share of the old mean, ours that of the new. */
    static final BatchNorm NORM = new BatchNorm(1e-3, 0.01);

    static final Initialiser START = new Initialiser.TruncatedFanAverage();

    private EffectiveSparsityForm() {}
}
