/**
 * Networks with weights. A {@link org.espalier.nn.model.Model} holds a {@link org.espalier.nn.model.Parameter} for each
 * parameter of its network, each with a storage that knows how to multiply; a
 * {@link org.espalier.nn.model.ForwardPass} runs a batch through it, on a tape or not.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.nn.model;
