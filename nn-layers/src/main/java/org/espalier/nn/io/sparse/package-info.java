/**
 * Weights of which the kept ones alone are stored: how they lie in a file, and how many bytes that takes.
 *
 * <p>{@link org.espalier.nn.io.sparse.KeptWeights} holds what is left of a weight as compressed rows, on the host, and has
 * been checked: rows in order, columns in range, rising and each once, finite values. {@link
 * org.espalier.nn.io.sparse.GapCode} packs it as Han et al. 2015 do, each value with its distance from the one before in a
 * few bits, and takes it apart again. {@link org.espalier.nn.io.sparse.WeightSizes} says what each form of a weight would
 * take, from its mask alone.
 *
 * <p>Nothing here knows a file: what is wrong is a {@link org.espalier.nn.io.sparse.SparseFault}, which names the part, and
 * the reader of the file adds the rest.
 */
@NullMarked
package org.espalier.nn.io.sparse;

import org.jspecify.annotations.NullMarked;
