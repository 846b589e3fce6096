/**
 * What the primitives mean. {@link org.espalier.tensor.reference.PlainKernels} holds one plain loop for each core
 * primitive; {@link org.espalier.tensor.reference.ReferenceBackend} runs them in double precision and is the oracle that
 * the other backends are compared with. Nothing here is tuned: start reading here.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.reference;
