package org.espalier.tensor.primitive;

import java.util.List;
import org.espalier.tensor.shape.Spec;

/**
 * One thing a backend may be asked to do, with its attributes but without its tensors. Primitives know shapes and types
 * only: what they compute is defined by the reference backend ({@link Core}) or by a lowering to core primitives
 * ({@link Fused}).
 */
public sealed interface Primitive permits Core, Fused {

    /**
     * Types and shapes of the outputs for these inputs.
     *
     * @throws IllegalArgumentException naming the shapes or types that do not fit
     */
    List<Spec> outputs(List<Spec> inputs);

    /**
     * The input whose memory an output takes over, or -1. After such a primitive the input must not be used again:
     * optimiser steps update weights in place.
     */
    default int takesOver(int output) {
        return -1;
    }

    /** The name in messages, profiles and variant names: the record's name in lower case. */
    default String label() {
        return Labels.OF_CLASS.get(getClass());
    }
}
