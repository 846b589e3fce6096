/**
 * Weights that know how they are stored. {@link org.espalier.tensor.sparse.WeightStorage} has three forms, dense, dense
 * with a {@link org.espalier.tensor.sparse.Mask}, and compressed rows; all give the same products, and only this package
 * tells them apart. A {@link org.espalier.tensor.sparse.TriedMask} is tried on any of them without changing it.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.sparse;
