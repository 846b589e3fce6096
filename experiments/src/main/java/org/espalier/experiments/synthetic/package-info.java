/**
 * Networks whose weights nobody trained, at full size and in little memory: what a paper's kept shares cost to store can be
 * known without ImageNet. {@link org.espalier.experiments.synthetic.KeptPositions} draws which weights of a layer are kept,
 * one position at a time; {@link org.espalier.experiments.synthetic.LayerStorage} says how many bytes they take.
 */
@NullMarked
package org.espalier.experiments.synthetic;

import org.jspecify.annotations.NullMarked;
