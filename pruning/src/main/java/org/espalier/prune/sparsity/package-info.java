/**
 * How much is kept: {@link org.espalier.prune.sparsity.Sparsity} holds integers and is, with
 * {@link org.espalier.prune.sparsity.LargestRemainder}, the one place that rounds. Nothing here knows networks.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.prune.sparsity;
