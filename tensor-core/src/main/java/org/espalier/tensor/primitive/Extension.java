package org.espalier.tensor.primitive;

/**
 * A user's own fused primitive, from any package. Its lowering and its kernel variants are registered by service loading
 * (see {@code docs/adding-a-kernel.md}); without variants of its own the lowering runs everywhere.
 */
public non-sealed interface Extension extends Fused {}
