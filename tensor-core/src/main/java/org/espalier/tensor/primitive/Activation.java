package org.espalier.tensor.primitive;

/** What a fused primitive does to its outputs at the end, element by element. NaN stays NaN. */
public enum Activation {
    /** Nothing. */
    NONE,
    /** max(x, 0). */
    RELU,
    /** min(max(x, 0), 6) (Howard et al. 2017). */
    RELU6
}
