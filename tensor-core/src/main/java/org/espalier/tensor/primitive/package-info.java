/**
 * What can be asked of a backend. {@link org.espalier.tensor.primitive.Core} primitives are the ones every backend has;
 * {@link org.espalier.tensor.primitive.Fused} ones are optimisations whose meaning is their lowering to core primitives;
 * {@link org.espalier.tensor.primitive.Extension} is the door for kernels from elsewhere. Nothing here computes: a
 * primitive is a record of attributes that can say which shapes come out.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.primitive;
