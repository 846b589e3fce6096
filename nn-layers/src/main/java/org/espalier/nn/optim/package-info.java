/**
 * How weights change: {@link org.espalier.nn.optim.Sgd} says by which rule,
 * {@link org.espalier.nn.optim.LearningRate} how fast, {@link org.espalier.nn.optim.SgdState} does it.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.nn.optim;
