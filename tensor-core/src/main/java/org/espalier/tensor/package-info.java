/**
 * Tensors that compute and remember. A {@link org.espalier.tensor.Tensor} is immutable: a buffer of some backend and a
 * shape. Operations run at once, through {@link org.espalier.tensor.Execution}; those whose inputs a
 * {@link org.espalier.tensor.Tape} watches are recorded on it. {@link org.espalier.tensor.Gradients} says for each
 * primitive how its gradient is made of tensor operations again, and {@link org.espalier.tensor.Lowering} what each fused
 * primitive means, so gradients can be recorded and differentiated once more.
 *
 * <p>What this package refuses: there are no ambient tapes and no hidden copies between backends; tensors of different
 * backends don't mix.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor;
