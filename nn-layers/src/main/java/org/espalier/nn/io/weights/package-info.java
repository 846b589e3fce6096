/**
 * Weights that somebody else saved, brought into a network under its own names.
 *
 * <p>{@link WeightFiles} opens a file by its first bytes, safetensors or PyTorch's. A {@link StateDict} takes away what
 * only says how the weights were trained: {@code module.} in front of all names, counters of batches, velocities, and the
 * pairs {@code NAME_orig} and {@code NAME_mask} of PyTorch's pruning, which become a weight and its mask. A
 * {@link WeightMapping} then finds for each parameter of a network the tensor that it is, across the usual spellings, and
 * says all at once what is missing, unexpected or of another shape. Nothing is loaded by halves: either each parameter has
 * its tensor and each tensor its parameter, or there is no model but one line of complaint.
 */
@NullMarked
package org.espalier.nn.io.weights;

import org.jspecify.annotations.NullMarked;
