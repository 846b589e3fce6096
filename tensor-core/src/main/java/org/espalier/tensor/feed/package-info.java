/**
 * How samples reach a network: a {@link org.espalier.tensor.feed.BatchSource} opens epochs, an epoch hands out
 * {@link org.espalier.tensor.feed.Batch}es on the host. Data sets implement it and training consumes it, so that neither
 * knows the other.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.feed;
