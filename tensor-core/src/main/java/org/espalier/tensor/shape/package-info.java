/** Shapes, element types and the geometry of convolutions and windows: what everything else is described with. */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.shape;
