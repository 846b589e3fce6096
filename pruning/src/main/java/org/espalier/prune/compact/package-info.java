/**
 * Makes masked networks really smaller. {@link org.espalier.prune.compact.DeadNeurons} finds the neurons and channels that
 * nothing reads or whose output is always the same, by the layers' {@link org.espalier.nn.layer.Connectivity} alone, and
 * gives a {@link org.espalier.prune.compact.CompactionPlan} that prints as a table. Applying it builds a new network and a
 * new model that compute the same; the old ones stay as they are.
 *
 * <p>Channels are counted along the first axis of a sample's shape: feature maps of an image, elements of a vector.
 * Channels that can only go together (both sides of an activation, the members of a residual sum, a feature map and its
 * elements behind a flatten) form a group.
 *
 * <p>{@link org.espalier.prune.compact.StorageChoice} then decides how each layer is run, dense or as compressed rows.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.prune.compact;
